import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
parts = []
for i in range(x.shape[0]):
    parts.append(x[i] * i)
out = torch.stack(parts)
