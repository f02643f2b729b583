import torch
import torch.nn.functional as F
from torch import nn

a = torch.tensor([[4.0, 1.0], [1.0, 3.0]])
b = torch.tensor([[1.0], [2.0]])
out = [torch.linalg.solve(a, b), torch.linalg.inv(a), torch.linalg.det(a), torch.linalg.norm(a)]
