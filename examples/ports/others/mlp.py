"""A multilayer perceptron.

build: MLP(8, [16, 12], 3)
inputs: float32 (5, 8)
"""
from torch import nn


class MLP(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        sizes = [inputs, *hidden]
        layers = []
        for before, after in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(before, after), nn.ReLU()]
        layers.append(nn.Linear(sizes[-1], outputs))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)
