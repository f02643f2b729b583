"""An MLP mixer.

build: Mixer(4, 12, 2, 3)
inputs: float32 (2, 3, 8, 8)
"""
import torch
import torch.nn as nn


class FeedForward(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))

    def forward(self, x):
        return self.net(x)


class MixerBlock(nn.Module):
    def __init__(self, tokens, dim):
        super().__init__()
        self.norm1 = nn.LayerNorm(dim)
        self.token = FeedForward(tokens, 2 * tokens)
        self.norm2 = nn.LayerNorm(dim)
        self.channel = FeedForward(dim, 2 * dim)

    def forward(self, x):
        x = x + self.token(self.norm1(x).permute(0, 2, 1)).permute(0, 2, 1)
        return x + self.channel(self.norm2(x))


class Mixer(nn.Module):
    def __init__(self, patch, dim, depth, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, dim, patch, stride=patch)
        self.blocks = nn.ModuleList(MixerBlock(4, dim) for _ in range(depth))
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        x = self.stem(x).flatten(start_dim=2).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return self.head(torch.mean(x, dim=1))
