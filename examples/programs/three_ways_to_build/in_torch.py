"""Three ways to build the same model in PyTorch, each trained in turn."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import breast_cancer


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in breast_cancer())
    return DataLoader(TensorDataset(x[:500], y[:500, None]), batch_size=50)


# %% model
def sequential():
    """Layers in a row."""
    return nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))


class Both(nn.Module):
    """A class of one's own that holds layers in a row."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(30, 16), nn.ReLU())
        self.head = nn.Linear(16, 1)

    def forward(self, x):
        return self.head(self.body(x))


class Subclass(nn.Module):
    """A class of one's own, with the computation written out."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(30, 16)
        self.head = nn.Linear(16, 1)

    def forward(self, x):
        return self.head(F.relu(self.hidden(x)))


def build():
    return nn.ModuleDict({"sequential": sequential(), "both": Both(), "subclass": Subclass()})


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.2)


# %% loop
def train_one(model):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for x, y in batches():
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def train(models):
    return [loss for model in models.values() for loss in train_one(model)]


# %% evaluation
def predict(models):
    x, _ = breast_cancer()
    models.eval()
    with torch.no_grad():
        return torch.cat([model(torch.from_numpy(x[500:])) for model in models.values()], dim=1)


# %% saving
def save_and_load(models, folder):
    torch.save(models.state_dict(), folder / "models.pt")
    restored = build()
    restored.load_state_dict(torch.load(folder / "models.pt"))
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
