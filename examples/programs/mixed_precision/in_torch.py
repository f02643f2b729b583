"""Mixed precision in PyTorch: products in bfloat16, weights in float32."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import digits


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in digits())
    return DataLoader(TensorDataset(x[:1500], y[:1500]), batch_size=30)


# %% model
def build():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


def forward(model, x):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(x)
    return logits.float()


# %% loss
def make_loss():
    return nn.CrossEntropyLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.01)


# %% loop
def train(model, epochs=6):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            optimizer.zero_grad()
            loss = loss_of(forward(model, x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    x, _ = digits()
    model.eval()
    with torch.no_grad():
        return forward(model, torch.from_numpy(x[1500:]))


# %% saving
def save_and_load(model, folder):
    torch.save(model.state_dict(), folder / "model.pt")
    restored = build()
    restored.load_state_dict(torch.load(folder / "model.pt"))
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
