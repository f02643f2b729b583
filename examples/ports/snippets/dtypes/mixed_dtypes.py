import torch
import torch.nn.functional as F
from torch import nn

a = torch.arange(6).reshape(2, 3)
b = torch.ones(2, 3)
out = a * 2 + b / 3 + a // 2
