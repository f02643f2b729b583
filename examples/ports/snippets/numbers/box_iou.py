import torch
import torch.nn.functional as F
from torch import nn

def iou(a, b):
    left = torch.max(a[:, None, :2], b[None, :, :2])
    right = torch.min(a[:, None, 2:], b[None, :, 2:])
    size = (right - left).clamp(min=0)
    shared = size[..., 0] * size[..., 1]
    area = lambda t: (t[:, 2] - t[:, 0]) * (t[:, 3] - t[:, 1])
    return shared / (area(a)[:, None] + area(b)[None] - shared)


out = iou(torch.tensor([[0.0, 0.0, 2.0, 2.0]]), torch.tensor([[1.0, 1.0, 3.0, 3.0], [0.0, 0.0, 1.0, 1.0]]))
