import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
out = x[x > 0]
