import torch
import torch.nn.functional as F
from torch import nn

logits = torch.tensor([[2.0, -1.0, 0.5], [0.1, 0.2, 0.3]])
y = torch.tensor([0, 2])
out = [
    F.cross_entropy(logits, y),
    F.nll_loss(F.log_softmax(logits, dim=1), y),
    F.mse_loss(logits, torch.zeros(2, 3)),
    F.smooth_l1_loss(logits, torch.ones(2, 3)),
    F.binary_cross_entropy_with_logits(logits, torch.ones(2, 3)),
]
