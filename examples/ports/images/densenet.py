"""Dense blocks.

build: DenseNet(growth=4, blocks=(2, 3))
inputs: float32 (2, 3, 16, 16)
"""
import torch
import torch.nn.functional as F
from torch import nn


class DenseLayer(nn.Module):
    def __init__(self, in_channels, growth):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, growth, kernel_size=3, padding=1, bias=False)

    def forward(self, x):
        new = self.conv(F.relu(self.norm(x)))
        return torch.cat([x, new], dim=1)


class Transition(nn.Sequential):
    def __init__(self, in_channels, out_channels):
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, out_channels, 1),
            nn.AvgPool2d(2, stride=2),
        )


class DenseNet(nn.Module):
    def __init__(self, growth, blocks, classes=5):
        super().__init__()
        channels = 2 * growth
        self.stem = nn.Conv2d(3, channels, 3, stride=1, padding=1)
        self.blocks = nn.ModuleList()
        for i, count in enumerate(blocks):
            for _ in range(count):
                self.blocks.append(DenseLayer(channels, growth))
                channels += growth
            if i < len(blocks) - 1:
                self.blocks.append(Transition(channels, channels // 2))
                channels //= 2
        self.norm = nn.BatchNorm2d(channels)
        self.head = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        x = F.relu(self.norm(x), inplace=True)
        x = F.adaptive_avg_pool2d(x, 1).flatten(1)
        return self.head(x)
