import torch
import torch.nn.functional as F
from torch import nn

x = torch.arange(72.0).view(1, 2, 6, 6).sin()
out = [nn.MaxPool2d(3, 2, 1)(x), F.max_pool2d(x, 2), nn.AvgPool2d(2)(x), F.avg_pool2d(x, 3, ceil_mode=True)]
out += [nn.LPPool2d(2, 2)(x), F.lp_pool2d(x, 2.0, 3), nn.AdaptiveMaxPool2d(2)(x), F.adaptive_max_pool2d(x, (3, 2))]
