import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
both = torch.cat([x, x * 2], dim=0)
pile = torch.stack((x, x + 1), dim=1)
a, b = torch.split(both, 2)
out = [both, pile, a, b, *torch.chunk(x, 3, dim=1)]
