"""Messages between the nodes of a graph.

build: GNN(4, 6)
inputs: float32 (5, 4); int64 (2, 8) < 5
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class GraphConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) * 0.1)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x, edge_index):
        src, dst = edge_index[0], edge_index[1]
        messages = (x @ self.weight)[src]
        out = torch.zeros(x.size(0), messages.size(1), dtype=x.dtype, device=x.device)
        out = out.index_add(0, dst, messages)
        degree = torch.zeros(x.size(0)).scatter_add_(0, dst, torch.ones(dst.size(0)))
        return out / degree.clamp(min=1).unsqueeze(1) + self.bias


class GNN(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.conv1 = GraphConv(inputs, hidden)
        self.conv2 = GraphConv(hidden, 3)

    def forward(self, x, edge_index):
        x = F.elu(self.conv1(x, edge_index))
        return self.conv2(x, edge_index)
