import torch
import torch.nn.functional as F
from torch import nn

class Count(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x):
        if self.training:
            self.seen += 1
        return x + self.seen


model = Count()
model.train()
model(torch.ones(2))
model.eval()
out = model(torch.ones(2))
