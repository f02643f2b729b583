"""A binary classifier in PyTorch, middle level: layers, a loss and an optimizer, and a loop of one's own."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in iris())
    return DataLoader(TensorDataset(x, y[:, None]), batch_size=20)


# %% model
def build():
    return nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1))


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)


# %% loop
def train(model, epochs=12):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            optimizer.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    model.eval()
    with torch.no_grad():
        return torch.cat([torch.sigmoid(model(x)) for x, _ in batches()])


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
