"""Saving and resuming in PyTorch: weights, the optimizer's state and the schedule."""

import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import breast_cancer


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in breast_cancer())
    return DataLoader(TensorDataset(x[:500], y[:500, None]), batch_size=50)


# %% model
def build():
    return nn.Sequential(nn.Linear(30, 16), nn.Tanh(), nn.Linear(16, 1))


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    return optimizer, torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.95)


# %% loop
def run(model, optimizer, scheduler, epochs):
    loss_of = make_loss()
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            optimizer.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())
    return losses


def train(model, epochs=2):
    """Two epochs, a checkpoint, and two more epochs with new objects: as if the program had been stopped."""
    with tempfile.TemporaryDirectory() as folder:
        stopped = build()
        stopped.load_state_dict(model.state_dict())
        optimizer, scheduler = make_optimizer(stopped)
        losses = run(stopped, optimizer, scheduler, epochs)
        save_checkpoint(Path(folder) / "checkpoint.pt", stopped, optimizer, scheduler)

        optimizer, scheduler = make_optimizer(model)
        load_checkpoint(Path(folder) / "checkpoint.pt", model, optimizer, scheduler)
        return losses + run(model, optimizer, scheduler, epochs)


# %% evaluation
def predict(model):
    x, _ = breast_cancer()
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x[500:]))


# %% saving
def save_checkpoint(path, model, optimizer, scheduler):
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save(state, path)


def load_checkpoint(path, model, optimizer, scheduler):
    state = torch.load(path)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])


def save_and_load(model, folder):
    torch.save(model.state_dict(), folder / "model.pt")
    restored = build()
    restored.load_state_dict(torch.load(folder / "model.pt"))
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
