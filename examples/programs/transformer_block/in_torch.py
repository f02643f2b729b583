"""A transformer encoder block in PyTorch, pre-norm, with a causal mask, trained to foresee the next letter."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import zen

LETTERS, LENGTH, WIDTH, HEADS = 45, 24, 32, 4


# %% data
def batches():
    x, y, _alphabet = zen(LENGTH)
    return DataLoader(TensorDataset(torch.from_numpy(x), torch.from_numpy(y)), batch_size=7)


# %% model
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.norm2 = nn.LayerNorm(WIDTH)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        later = torch.triu(torch.ones(LENGTH, LENGTH, dtype=torch.bool), diagonal=1)
        h = self.norm1(x)
        h, _ = self.attention(h, h, h, attn_mask=later, need_weights=False)
        x = x + h
        return x + self.narrow(F.gelu(self.wide(self.norm2(x))))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(LETTERS, WIDTH)
        self.block = Block()
        self.head = nn.Linear(WIDTH, LETTERS)

    def forward(self, x):
        return self.head(self.block(self.embedding(x)))


def build():
    return Model()


# %% loss
def loss_of(logits, y):
    return F.cross_entropy(torch.transpose(logits, 1, 2), y, label_smoothing=0.1)


# %% optimizer
def make_optimizer(model):
    return torch.optim.Adam(model.parameters(), lr=0.001)


# %% loop
def train(model, epochs=2):
    optimizer = make_optimizer(model)
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
    x = zen(LENGTH)[0]
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x))


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
