import torch
import torch.nn.functional as F
from torch import nn

a = torch.tensor([7, -7, 5])
out = [a // 2, a % 3, a / 2]
