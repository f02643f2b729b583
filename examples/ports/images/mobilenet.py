"""Inverted residuals with grouped convolutions.

build: MobileNet(6)
inputs: float32 (2, 3, 16, 16)
"""
import torch.nn as nn


def conv_bn(inp, oup, stride, groups=1, kernel=3):
    return nn.Sequential(
        nn.Conv2d(inp, oup, kernel, stride, (kernel - 1) // 2, groups=groups, bias=False),
        nn.BatchNorm2d(oup),
        nn.ReLU6(inplace=True),
    )


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        layers = []
        if expand_ratio != 1:
            layers.append(conv_bn(inp, hidden_dim, 1, kernel=1))
        layers.extend([
            conv_bn(hidden_dim, hidden_dim, stride, groups=hidden_dim),
            nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
            nn.BatchNorm2d(oup),
        ])
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        if self.use_res_connect:
            return x + self.conv(x)
        return self.conv(x)


class MobileNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            conv_bn(3, 8, 2), InvertedResidual(8, 8, 1, 2), InvertedResidual(8, 12, 2, 3)
        )
        self.classifier = nn.Linear(12, classes)

    def forward(self, x):
        x = self.features(x)
        x = x.mean([2, 3])
        return self.classifier(x)
