import torch
import torch.nn.functional as F
from torch import nn

from torch.autograd import Variable

x = Variable(torch.ones(2, 2))
out = x + 2
