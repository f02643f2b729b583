import torch
import torch.nn.functional as F
from torch import nn

w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
data = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
y = torch.tensor([1.0, 0.0, 2.0])
for step in range(5):
    loss = ((data @ w + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
        w.grad.zero_()
        b.grad.zero_()
out = [w, b, loss]
