"""A detection head that decodes its boxes.

build: Head(2, 3)
inputs: float32 (2, 6, 4, 4)
"""
import torch
import torch.nn as nn


class Head(nn.Module):
    def __init__(self, anchors, classes):
        super().__init__()
        self.na = anchors
        self.no = classes + 5
        self.conv = nn.Conv2d(6, self.na * self.no, 1)
        self.register_buffer("anchor_grid", torch.tensor([[1.0, 2.0], [2.5, 1.5]]).view(1, -1, 1, 1, 2))

    def forward(self, x):
        x = self.conv(x)
        bs, _, ny, nx = x.shape
        x = x.view(bs, self.na, self.no, ny, nx).permute(0, 1, 3, 4, 2).contiguous()
        yv, xv = torch.meshgrid([torch.arange(ny), torch.arange(nx)], indexing="ij")
        grid = torch.stack((xv, yv), 2).view((1, 1, ny, nx, 2)).float()
        y = x.sigmoid()
        xy = (y[..., 0:2] * 2.0 - 0.5 + grid) * 8
        wh = (y[..., 2:4] * 2) ** 2 * self.anchor_grid
        y = torch.cat((xy, wh, y[..., 4:]), -1)
        return y.view(bs, -1, self.no)
