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
critic = Line()
optimizer_d = torch.optim.SGD(critic.parameters(), lr=0.1)
optimizer_g = torch.optim.SGD(model.parameters(), lr=0.1)
losses = []
for epoch in range(2):
    fake = torch.cat([model(data), target], dim=1)
    optimizer_d.zero_grad()
    loss_d = critic(fake.detach()).mean() - critic(data).mean()
    loss_d.backward()
    optimizer_d.step()
    optimizer_g.zero_grad()
    loss_g = -critic(fake).mean()
    loss_g.backward()
    optimizer_g.step()
    losses.append(loss_g.item())
out = [model(data), losses]
