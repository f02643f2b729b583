import torch
import torch.nn.functional as F
from torch import nn

x = torch.arange(32.0).view(1, 2, 4, 4)
out = [F.max_pool2d(x, 2), F.avg_pool2d(x, 2), F.adaptive_avg_pool2d(x, 1)]
