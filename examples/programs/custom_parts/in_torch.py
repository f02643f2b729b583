"""A layer, a loss, a metric and a callback of one's own in PyTorch."""

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
class ScaleShift(nn.Module):
    """A layer: each feature times a weight, plus a weight."""

    def __init__(self, features):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(features))
        self.shift = nn.Parameter(torch.zeros(features))

    def forward(self, x):
        return x * self.scale + self.shift


def build():
    return nn.Sequential(ScaleShift(30), nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))


# %% loss
class FocalLoss(nn.Module):
    """Cross-entropy in which samples that are right already count less."""

    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, y):
        entropy = F.binary_cross_entropy_with_logits(logits, y, reduction="none")
        return torch.mean((1 - torch.exp(-entropy)) ** self.gamma * entropy)


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.05)


# %% loop
class FalseAlarms:
    """A metric: the share of wrong ones among those that were called benign."""

    def __init__(self):
        self.wrong, self.called = 0.0, 0.0

    def update(self, logits, y):
        called = (logits > 0).float()
        self.wrong += torch.sum(called * (1 - y)).item()
        self.called += torch.sum(called).item()

    def compute(self):
        return self.wrong / max(self.called, 1.0)


class Recorder:
    """A callback: it is told of each step."""

    def __init__(self):
        self.losses = []

    def on_step_end(self, loss):
        self.losses.append(loss)


def train(model, epochs=2):
    loss_of, optimizer, recorder = FocalLoss(), make_optimizer(model), Recorder()
    for _ in range(epochs):
        for x, y in batches():
            optimizer.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            optimizer.step()
            recorder.on_step_end(loss.item())
    return recorder.losses


# %% evaluation
def predict(model):
    """The logits of the tumours held back, and the metric over all that were learnt from."""
    model.eval()
    metric = FalseAlarms()
    with torch.no_grad():
        for x, y in batches():
            metric.update(model(x), y)
        x, _ = breast_cancer()
        logits = model(torch.from_numpy(x[500:]))
    return torch.cat([logits[:, 0], torch.tensor([metric.compute()])])


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
    print(f"false alarms: {predict(model)[-1]:.2%}")
