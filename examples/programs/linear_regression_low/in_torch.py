"""Linear regression in PyTorch, low level: tensors, gradients, and nothing else."""

import numpy as np
import torch

from examples.programs.datasets import diabetes


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in diabetes())
    for start in range(0, 400, 40):
        yield x[start : start + 40], y[start : start + 40]


# %% model
def build():
    return {
        "w": torch.randn(10, 1, requires_grad=True),
        "b": torch.zeros(1, requires_grad=True),
    }


def forward(model, x):
    return torch.matmul(x, model["w"]) + model["b"]


# %% loss
def loss_of(prediction, y):
    return torch.mean((prediction.squeeze(1) - y) ** 2)


# %% optimizer
def step(model, learning_rate):
    with torch.no_grad():
        for parameter in model.values():
            parameter -= learning_rate * parameter.grad
            parameter.grad.zero_()


# %% loop
def train(model, epochs=5):
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            loss = loss_of(forward(model, x), y)
            loss.backward()
            step(model, learning_rate=0.05)
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    x, _ = diabetes()
    with torch.no_grad():
        return forward(model, torch.from_numpy(x)).squeeze(1)


# %% saving
def save_and_load(model, folder):
    torch.save(model, folder / "model.pt")
    return torch.load(folder / "model.pt")


# %% run
if __name__ == "__main__":
    model = build()
    for number, loss in enumerate(train(model), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
    _, y = diabetes()
    print(f"mean squared error {np.mean((predict(model).numpy() - y) ** 2):.4f}")
