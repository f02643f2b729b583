import torch
import torch.nn.functional as F
from torch import nn

T = 4
mask = torch.triu(torch.ones(T, T), diagonal=1).bool()
scores = torch.arange(16.0).view(T, T)
out = torch.softmax(scores.masked_fill(mask, float('-inf')), dim=-1)
