"""Linear regression in PyTorch, high level: a small trainer takes the loop out of sight."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import diabetes


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in diabetes())
    return DataLoader(TensorDataset(x, y[:, None]), batch_size=40)


# %% model
def build():
    return nn.Sequential(nn.Linear(10, 1))


# %% loss
def make_loss():
    return nn.MSELoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.Adam(model.parameters(), lr=0.05)


# %% loop
class Trainer:
    """What every project writes once: epochs, batches, and someone to tell about them."""

    def __init__(self, model, loss_of, optimizer, callbacks=()):
        self.model, self.loss_of, self.optimizer, self.callbacks = model, loss_of, optimizer, callbacks

    def fit(self, data, epochs):
        self.model.train()
        for _ in range(epochs):
            for x, y in data:
                self.optimizer.zero_grad()
                loss = self.loss_of(self.model(x), y)
                loss.backward()
                self.optimizer.step()
                for callback in self.callbacks:
                    callback(loss.item())

    def predict(self, data):
        self.model.eval()
        with torch.no_grad():
            return torch.cat([self.model(x) for x, _ in data])


def train(model, epochs=5):
    losses = []
    trainer = Trainer(model, make_loss(), make_optimizer(model), callbacks=[losses.append])
    trainer.fit(batches(), epochs)
    return losses


# %% evaluation
def predict(model):
    return Trainer(model, make_loss(), make_optimizer(model)).predict(batches())


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
