"""Dilated causal convolutions with gates.

build: WaveNet(4, 3)
inputs: float32 (2, 1, 20)
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class CausalConv1d(nn.Conv1d):
    pass


class Residual(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.pad = dilation
        self.filter = nn.Conv1d(channels, channels, 2, dilation=dilation)
        self.gate = nn.Conv1d(channels, channels, 2, dilation=dilation)
        self.mix = nn.Conv1d(channels, channels, 1)

    def forward(self, x):
        y = F.pad(x, (self.pad, 0))
        y = torch.tanh(self.filter(y)) * torch.sigmoid(self.gate(y))
        y = self.mix(y)
        return x + y, y


class WaveNet(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.start = nn.Conv1d(1, channels, 1)
        self.residuals = nn.ModuleList([Residual(channels, 2 ** i) for i in range(depth)])
        self.end = nn.Conv1d(channels, 1, 1)

    def forward(self, x):
        x = self.start(x)
        skips = 0
        for layer in self.residuals:
            x, skip = layer(x)
            skips = skips + skip
        return self.end(F.relu(skips))
