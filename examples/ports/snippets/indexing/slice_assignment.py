import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
y = torch.zeros(3, 3)
y[1:, :2] = x[:, 1:]
y[0] = 7
y[:, -1] += 1
out = y
