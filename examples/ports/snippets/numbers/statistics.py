import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
out = [x.mean(1), x.std(dim=1), x.var(), x.median(), torch.quantile(x, 0.5)]
