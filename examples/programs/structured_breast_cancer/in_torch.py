"""Tumours told apart by thirty measurements in PyTorch: a table, batch normalisation, a falling learning rate."""

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
    return nn.Sequential(
        nn.Linear(30, 32, bias=False),
        nn.BatchNorm1d(32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=20, gamma=0.1)
    return optimizer, scheduler


# %% loop
def train(model, epochs=6):
    loss_of, (optimizer, scheduler) = make_loss(), make_optimizer(model)
    model.train()
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


# %% evaluation
def predict(model):
    x, _ = breast_cancer()
    model.eval()
    with torch.no_grad():
        return torch.sigmoid(model(torch.from_numpy(x[500:])))


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
    _, y = breast_cancer()
    print(f"right: {((predict(model)[:, 0].numpy() > 0.5) == y[500:]).mean():.1%}")
