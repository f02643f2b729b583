"""DeepFM in PyTorch: which way of travelling will somebody choose?"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from examples.programs.datasets import travel

FIELDS = [4, 6, 4, 4, 4, 4]  # ways, sizes of a party, quartiles of income, price, waiting and travelling time


# %% data
def features():
    rows = {name: torch.from_numpy(column) for name, column in travel().items()}
    buckets = [
        torch.bucketize(measure, quartiles)
        for measure, quartiles in zip(rows["measures"].unbind(1), rows["quartiles"].T.contiguous(), strict=True)
    ]
    starts = torch.cumsum(torch.tensor([0, *FIELDS[:-1]]), dim=0)  # all fields share one table of embeddings
    fields = torch.stack([rows["way"], rows["party"], *buckets], dim=1) + starts
    return fields, rows["numbers"], rows["chosen"][:, None]


def batches():
    fields, numbers, chosen = features()
    return DataLoader(TensorDataset(fields[:600], numbers[:600], chosen[:600]), batch_size=60)


# %% model
class DeepFM(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.first = nn.Embedding(sum(FIELDS), 1)
        self.linear = nn.Linear(3, 1)
        self.vectors = nn.Embedding(sum(FIELDS), width)
        self.hidden = nn.Linear(len(FIELDS) * width + 3, 32)
        self.head = nn.Linear(32, 1)

    def forward(self, fields, numbers):
        linear = torch.sum(self.first(fields), dim=1) + self.linear(numbers)
        v = self.vectors(fields)
        pairs = 0.5 * torch.sum(torch.sum(v, dim=1) ** 2 - torch.sum(v**2, dim=1), dim=1, keepdim=True)
        deep = torch.cat([torch.flatten(v, 1), numbers], dim=1)
        return linear + pairs + self.head(torch.relu(self.hidden(deep)))


def build():
    return DeepFM()


# %% loss
def make_loss():
    return nn.BCEWithLogitsLoss()


# %% optimizer
def make_optimizer(model):
    return torch.optim.Adagrad(model.parameters(), lr=0.01)


# %% loop
def train(model, epochs=4):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for _ in range(epochs):
        for fields, numbers, chosen in batches():
            optimizer.zero_grad()
            loss = loss_of(model(fields, numbers), chosen)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% evaluation
def predict(model):
    fields, numbers, _ = features()
    model.eval()
    with torch.no_grad():
        return torch.sigmoid(model(fields[600:], numbers[600:]))


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
    chosen = features()[2][600:].numpy()
    print(f"right: {((predict(model).numpy() > 0.5) == chosen).mean():.1%}")
