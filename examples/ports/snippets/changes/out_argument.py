import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
y = torch.empty(2, 3)
torch.add(x, 1, out=y)
out = y
