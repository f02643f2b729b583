import torch
import torch.nn.functional as F
from torch import nn

logits = torch.tensor([[0.1, 0.9, 0.3], [0.8, 0.2, 0.5]])
target = torch.tensor([2, 0])
_, pred = logits.topk(2, dim=1)
correct = pred.t().eq(target.view(1, -1))
out = correct[:2].reshape(-1).float().sum(0) / 2
