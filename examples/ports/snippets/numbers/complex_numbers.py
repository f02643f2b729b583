import torch
import torch.nn.functional as F
from torch import nn

z = torch.complex(torch.tensor([1.0, 2.0]), torch.tensor([0.5, -1.0]))
out = [z.abs(), z.real, torch.fft.fft(torch.arange(4.0)).imag]
