"""A classifier with one hidden layer in PyTorch, low level: tensors, gradients, and nothing else."""

import torch
import torch.nn.functional as F

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in iris())
    return zip(torch.split(x, 20), torch.split(y, 20), strict=True)


# %% model
def build():
    return {
        "w1": (0.5 * torch.randn(4, 8)).requires_grad_(),
        "b1": torch.zeros(8, requires_grad=True),
        "w2": (0.5 * torch.randn(8, 1)).requires_grad_(),
        "b2": torch.zeros(1, requires_grad=True),
    }


def forward(model, x):
    hidden = torch.tanh(x @ model["w1"] + model["b1"])
    return (hidden @ model["w2"] + model["b2"]).squeeze(1)


# %% loss
def loss_of(logits, y):
    return F.binary_cross_entropy_with_logits(logits, y)


# %% optimizer
def step(model, gradients, learning_rate):
    with torch.no_grad():
        for parameter, gradient in zip(model.values(), gradients, strict=True):
            parameter -= learning_rate * gradient


# %% loop
def train(model, epochs=12):
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            loss = loss_of(forward(model, x), y)
            gradients = torch.autograd.grad(loss, list(model.values()))
            step(model, gradients, learning_rate=0.2)
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    x, _ = iris()
    with torch.no_grad():
        return torch.sigmoid(forward(model, torch.from_numpy(x)))


# %% saving
def save_and_load(model, folder):
    torch.save(model, folder / "model.pt")
    return torch.load(folder / "model.pt")


# %% run
if __name__ == "__main__":
    model = build()
    for number, loss in enumerate(train(model), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
