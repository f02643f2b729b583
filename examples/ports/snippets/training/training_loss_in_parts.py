import torch
import torch.nn.functional as F
from torch import nn

class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[0.5], [-0.5]]))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return x @ self.weight + self.bias


data = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5], [2.0, 1.0]])
target = torch.tensor([[1.0], [0.0], [2.0], [1.5]])
model = Line()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(2):
    optimizer.zero_grad()
    loss = 0
    for i in range(2):
        loss = loss + F.mse_loss(model(data[i : i + 1]), target[i : i + 1])
    (loss / 2).backward()
    optimizer.step()
    losses.append(loss.item())
out = [model(data), losses]
