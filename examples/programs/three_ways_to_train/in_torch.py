"""Three ways to train the same model in PyTorch: a script, a function for each step, a trainer."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in iris())
    return DataLoader(TensorDataset(x, y[:, None]), batch_size=20)


# %% model
def network():
    return nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))


def build():
    return nn.ModuleDict({"script": network(), "function": network(), "fit": network()})


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)


# %% loop
def by_script(model, epochs):
    """Everything in the loop."""
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


def train_step(model, loss_of, optimizer, x, y):
    optimizer.zero_grad()
    loss = loss_of(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def by_function(model, epochs):
    """A function takes one batch, the loop only calls it."""
    loss_of, optimizer = make_loss(), make_optimizer(model)
    return [train_step(model, loss_of, optimizer, x, y) for _ in range(epochs) for x, y in batches()]


class Trainer:
    """The loop as an object."""

    def __init__(self, model):
        self.model, self.loss_of, self.optimizer = model, make_loss(), make_optimizer(model)

    def fit(self, data, epochs):
        return [train_step(self.model, self.loss_of, self.optimizer, x, y) for _ in range(epochs) for x, y in data]


def by_fit(model, epochs):
    return Trainer(model).fit(batches(), epochs)


def train(models, epochs=4):
    ways = [by_script, by_function, by_fit]
    return [loss for way, model in zip(ways, models.values(), strict=True) for loss in way(model, epochs)]


# %% evaluation
def predict(models):
    x, _ = iris()
    models.eval()
    with torch.no_grad():
        return torch.cat([model(torch.from_numpy(x)) for model in models.values()], dim=1)


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
