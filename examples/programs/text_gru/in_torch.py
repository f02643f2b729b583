"""The Zen of Python, letter by letter, in PyTorch: an embedding, a GRU, and clipped gradients."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import zen

LETTERS = 45


# %% data
def batches():
    x, y, _ = zen(length=24)
    return DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=7)


# %% model
class Speller(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(LETTERS, 16)
        self.gru = nn.GRU(16, 32, batch_first=True)
        self.head = nn.Linear(32, LETTERS)

    def forward(self, x):
        outputs, _ = self.gru(self.embedding(x))
        return self.head(outputs)


def build():
    return Speller()


# %% loss
def make_loss():
    return nn.CrossEntropyLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.Adam(model.parameters(), lr=0.005)


# %% loop
def train(model, epochs=8):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            optimizer.zero_grad()
            logits = model(x)
            loss = loss_of(torch.transpose(logits, 1, 2), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.3)
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    x = zen(length=24)[0]
    model.eval()
    with torch.no_grad():
        return F.softmax(model(torch.from_numpy(x)), dim=-1)


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
    y = zen(length=24)[1]
    print(f"letters foreseen: {(predict(model).argmax(-1).numpy() == y).mean():.1%}")
