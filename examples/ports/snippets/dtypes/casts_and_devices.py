import torch
import torch.nn.functional as F
from torch import nn

x = torch.tensor([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]])
device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
x = x.to(device)
out = [x.long(), x.double(), x.int().float(), x.to(torch.float64)]
