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
import copy

mean = copy.deepcopy(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(3):
    optimizer.zero_grad()
    loss = F.mse_loss(model(data), target)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for slow, fast in zip(mean.parameters(), model.parameters()):
            slow.mul_(0.9).add_(fast, alpha=0.1)
    losses.append(mean(data).sum().item())
out = [model(data), losses]
