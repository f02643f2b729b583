"""A residual block in PyTorch: two convolutions, a shortcut with a stride, batch normalisation."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import digits


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in digits())
    return DataLoader(TensorDataset(x[:500, None], y[:500]), batch_size=50)


# %% model
class ResidualBlock(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 2 * channels, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(2 * channels)
        self.conv2 = nn.Conv2d(2 * channels, 2 * channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(2 * channels)
        self.shortcut = nn.Conv2d(channels, 2 * channels, 1, stride=stride, bias=False)
        self.norm3 = nn.BatchNorm2d(2 * channels)

    def forward(self, x):
        h = torch.relu(self.norm1(self.conv1(x)))
        h = self.norm2(self.conv2(h))
        return torch.relu(h + self.norm3(self.shortcut(x)))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.block = ResidualBlock(8, stride=2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = self.block(self.stem(x))
        return self.head(torch.flatten(self.pool(x), 1))


def build():
    return Model()


# %% loss
def make_loss():
    return nn.CrossEntropyLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


# %% loop
def train(model):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    model.train()
    losses = []
    for x, y in batches():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    x, _ = digits()
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x[500:700, None]))


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
