import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])


def soft(x, temperature=1.0, dim=-1):
    """A softmax with a temperature."""
    z = x / temperature
    z = z - z.max(dim=dim, keepdim=True)[0]
    e = z.exp()
    return e / e.sum(dim=dim, keepdim=True)


out = [soft(x), soft(x, 2.0, dim=0)]
