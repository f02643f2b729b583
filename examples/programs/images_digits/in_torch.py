"""Handwritten digits in PyTorch: convolutions, batch normalisation, dropout and augmentation."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import digits, dropout_masks, shifts


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in digits())
    return DataLoader(TensorDataset(x[:1500, None], y[:1500]), batch_size=60)


def augmented(x, shift):
    return torch.roll(x, shift, dims=(2, 3))


# %% model
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, stride=2, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(16)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(64, 10)

    def forward(self, x, mask=1.0):
        x = torch.relu(self.norm1(self.conv1(x)))
        x = torch.relu(self.norm2(self.conv2(x)))
        x = torch.flatten(self.pool(x), 1)
        return self.head(x * mask)


def build():
    return Net()


# %% loss
def make_loss():
    return nn.CrossEntropyLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


# %% loop
def train(model, epochs=2):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    masks = torch.from_numpy(dropout_masks((50, 60, 64), rate=0.25, seed=1))
    moves = shifts(50, seed=2)
    model.train()
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            step = len(losses)
            optimizer.zero_grad()
            loss = loss_of(model(augmented(x, moves[step]), masks[step]), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    x, _ = digits()
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x[1500:, None]))


# %% saving
def save_and_load(model, folder):
    torch.save(model.state_dict(), folder / "model.pt")
    restored = build()
    restored.load_state_dict(torch.load(folder / "model.pt"))
    return restored


# %% run
if __name__ == "__main__":
    model = build()
    for number, loss in enumerate(train(model), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
    _, y = digits()
    print(f"right: {(predict(model).argmax(1).numpy() == y[1500:]).mean():.1%}")
