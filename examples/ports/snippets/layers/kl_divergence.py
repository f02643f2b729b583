import torch
import torch.nn.functional as F
from torch import nn

mu = torch.tensor([[0.5, -0.2]])
logvar = torch.tensor([[0.1, 0.3]])
out = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
