import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
index = torch.tensor([[0, 2], [1, 0]])
taken = x.gather(1, index)
put = torch.zeros(2, 3).scatter_(1, index, taken)
summed = torch.zeros(2, 3).scatter_add(1, index, taken)
out = [taken, put, summed]
