import torch
import torch.nn.functional as F
from torch import nn

x = torch.arange(4.0, requires_grad=True)
y = (x ** 3).sum()
y.backward()
first = x.grad.clone()
x.grad.zero_()
y = x.sum()
y.backward()
out = [first, x.grad]
