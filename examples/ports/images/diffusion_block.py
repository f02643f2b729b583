"""A block of a diffusion U-Net with an embedding of time.

build: TimeUNet(4, 8)
inputs: float32 (2, 3, 8, 8); int64 (2,) < 100
"""
import math

import torch
import torch.nn.functional as F
from torch import nn


class SinusoidalPosEmb(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, t):
        half = self.dim // 2
        freqs = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / (half - 1))
        args = t[:, None].float() * freqs[None]
        return torch.cat([torch.sin(args), torch.cos(args)], dim=-1)


class ResBlock(nn.Module):
    def __init__(self, in_ch, out_ch, emb):
        super().__init__()
        self.norm1 = nn.GroupNorm(2, in_ch)
        self.conv1 = nn.Conv2d(in_ch, out_ch, 3, padding=1)
        self.emb = nn.Linear(emb, out_ch)
        self.norm2 = nn.GroupNorm(2, out_ch)
        self.conv2 = nn.Conv2d(out_ch, out_ch, 3, padding=1)
        self.skip = nn.Conv2d(in_ch, out_ch, 1) if in_ch != out_ch else nn.Identity()

    def forward(self, x, emb):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.emb(F.silu(emb))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + self.skip(x)


class TimeUNet(nn.Module):
    def __init__(self, width, emb):
        super().__init__()
        self.time = nn.Sequential(SinusoidalPosEmb(emb), nn.Linear(emb, emb), nn.SiLU())
        self.inp = nn.Conv2d(3, width, 3, padding=1)
        self.down = ResBlock(width, width * 2, emb)
        self.up = ResBlock(width * 3, width, emb)
        self.out = nn.Conv2d(width, 3, 1)

    def forward(self, x, t):
        emb = self.time(t)
        h0 = self.inp(x)
        h1 = self.down(F.avg_pool2d(h0, 2), emb)
        h1 = F.interpolate(h1, scale_factor=2, mode="nearest")
        return self.out(self.up(torch.cat([h1, h0], dim=1), emb))
