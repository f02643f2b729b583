import torch
import torch.nn.functional as F
from torch import nn

x = torch.arange(32.0).view(1, 2, 4, 4) / 10
w = torch.arange(36.0).view(2, 2, 3, 3) / 50
out = F.conv2d(x, w, padding=1, stride=2)
