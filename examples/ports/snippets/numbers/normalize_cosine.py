import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
y = F.normalize(x, p=2, dim=1)
out = [y, F.cosine_similarity(x, x + 1, dim=1)]
