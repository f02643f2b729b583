import torch
import torch.nn.functional as F
from torch import nn

labels = torch.tensor([0, 2, 1])
out = F.one_hot(labels, num_classes=4).float()
