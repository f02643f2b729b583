import torch
import torch.nn.functional as F
from torch import nn

q = torch.arange(12.0).reshape(1, 3, 4) / 10
k = q + 0.5
scores = torch.einsum('bid,bjd->bij', q, k) / 4 ** 0.5
out = F.softmax(scores, dim=-1) @ k
