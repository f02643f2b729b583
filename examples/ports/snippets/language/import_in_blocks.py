import os

try:
    import torch
except ImportError:
    pass

if os.sep:
    import torch.nn.functional as F


def prepare():
    # what the others need
    import torch.nn as nn
    from torch import optim


out = F.relu(torch.tensor([-1.0, 2.0]))
