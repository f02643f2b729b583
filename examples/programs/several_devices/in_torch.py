"""Training on several devices in PyTorch: each takes a part of the batch, the gradients are put together."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import digits

BATCH = 60


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in digits())
    return DataLoader(TensorDataset(x[:1200], y[:1200]), batch_size=BATCH)


# %% model
def devices():
    """All GPUs; without any, the CPU twice, which computes the same in the same parts."""
    if torch.cuda.is_available():
        return [torch.device("cuda", index) for index in range(torch.cuda.device_count())]
    return [torch.device("cpu")] * 2


def build():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)).to(devices()[0])


# %% loss
def make_loss():
    return nn.CrossEntropyLoss(reduction="sum")


# %% optimizer
def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


# %% loop
def train(model):
    """What nn.parallel.DistributedDataParallel does with one process for each device, in one process."""
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for x, y in batches():
        optimizer.zero_grad()
        total = 0.0
        for device, part, classes in zip(devices(), torch.chunk(x, 2), torch.chunk(y, 2), strict=True):
            loss = loss_of(model(part.to(device)), classes.to(device)) / BATCH
            loss.backward()  # adds to the gradients of the parts before
            total += loss.item()
        optimizer.step()
        losses.append(total)
    return losses


# %% evaluation
def predict(model):
    x, _ = digits()
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x[1200:]).to(devices()[0]))


# %% saving
def save_and_load(model, folder):
    torch.save(model.state_dict(), folder / "model.pt")
    restored = build()
    restored.load_state_dict(torch.load(folder / "model.pt", map_location=devices()[0]))
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
