import torch
import torch.nn.functional as F
from torch import nn

seen = []
layer = nn.ReLU()
layer.register_forward_hook(lambda module, given, made: seen.append(made.sum().item()))
layer(torch.tensor([1.0, -2.0, 3.0]))
out = seen
