import torch
import torch.nn.functional as F
from torch import nn

x = torch.arange(4.0)
x.requires_grad_(True)
y = 2 * torch.dot(x, x)
y.backward()
out = [x.grad, y]
