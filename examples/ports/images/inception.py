"""Branches side by side.

build: Inception(3)
inputs: float32 (2, 3, 9, 9)
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class BasicConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x):
        x = self.conv(x)
        x = self.bn(x)
        return F.relu(x, inplace=True)


class Inception(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        self.branch1 = BasicConv2d(in_channels, 2, kernel_size=1)
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, 2, kernel_size=1), BasicConv2d(2, 3, kernel_size=3, padding=1)
        )
        self.branch3 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True), BasicConv2d(in_channels, 2, kernel_size=1)
        )

    def forward(self, x):
        outputs = [self.branch1(x), self.branch2(x), self.branch3(x)]
        return torch.cat(outputs, 1)
