"""Next year's sunspots in PyTorch: an LSTM over the twelve years before."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import sunspots


# %% data
def batches():
    x, y = (torch.from_numpy(array) for array in sunspots(window=12))
    return DataLoader(TensorDataset(x[:240], y[:240, None]), batch_size=24)


# %% model
class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 16, batch_first=True)
        self.head = nn.Linear(16, 1)

    def forward(self, x):
        outputs, _ = self.lstm(x)
        return self.head(outputs[:, -1])


def build():
    return Forecast()


# %% loss
def make_loss():
    return nn.HuberLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.RMSprop(model.parameters(), lr=0.005)


# %% loop
def train(model, epochs=5):
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


# %% evaluation
def predict(model):
    x, _ = sunspots(window=12)
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x[240:]))


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
    _, y = sunspots(window=12)
    print(f"mean error {abs(predict(model)[:, 0].numpy() - y[240:]).mean():.3f} standard deviations")
