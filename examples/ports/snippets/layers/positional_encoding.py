import torch
import torch.nn.functional as F
from torch import nn

import math

d, length = 6, 5
position = torch.arange(length).unsqueeze(1)
div = torch.exp(torch.arange(0, d, 2) * (-math.log(10000.0) / d))
pe = torch.zeros(length, d)
pe[:, 0::2] = torch.sin(position * div)
pe[:, 1::2] = torch.cos(position * div)
out = pe
