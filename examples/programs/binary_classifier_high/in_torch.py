"""A binary classifier in PyTorch, high level: a small trainer with metrics, and weight decay."""

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
    return nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.Adam(model.parameters(), lr=0.02, weight_decay=0.02)


# %% loop
class Trainer:
    """What every project writes once: epochs, batches, a history of what happened."""

    def __init__(self, model, loss_of, optimizer):
        self.model, self.loss_of, self.optimizer = model, loss_of, optimizer
        self.history = {"loss": [], "accuracy": []}

    def fit(self, data, epochs):
        self.model.train()
        for _ in range(epochs):
            for x, y in data:
                self.optimizer.zero_grad()
                logits = self.model(x)
                loss = self.loss_of(logits, y)
                loss.backward()
                self.optimizer.step()
                self.history["loss"].append(loss.item())
                self.history["accuracy"].append(((logits > 0) == (y > 0.5)).float().mean().item())
        return self.history


def train(model, epochs=12):
    trainer = Trainer(model, make_loss(), make_optimizer(model))
    return trainer.fit(batches(), epochs)["loss"]


# %% evaluation
def predict(model):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(x) for x, _ in batches()])


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
