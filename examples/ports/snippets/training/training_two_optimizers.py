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
other = Line()
first = torch.optim.SGD(model.parameters(), lr=0.1)
second = torch.optim.SGD(other.parameters(), lr=0.2)
losses = []
for epoch in range(3):
    first.zero_grad()
    second.zero_grad()
    loss = F.mse_loss(model(data) + other(data), target)
    loss.backward()
    first.step()
    second.step()
    losses.append(loss.item())
out = [model(data), losses]
