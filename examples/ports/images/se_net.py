"""Squeeze and excitation.

build: SENet(4)
inputs: float32 (2, 4, 6, 6)
"""
from torch import nn


class SELayer(nn.Module):
    def __init__(self, channel, reduction=2):
        super().__init__()
        self.avg_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(channel // reduction, channel, bias=False),
            nn.Sigmoid()
        )

    def forward(self, x):
        b, c, _, _ = x.size()
        y = self.avg_pool(x).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class SENet(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.net = nn.Sequential()
        self.net.add_module("conv", nn.Conv2d(channels, channels, 3, padding=1, groups=2))
        self.net.add_module("se", SELayer(channels))

    def forward(self, x):
        return self.net(x)
