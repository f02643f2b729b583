"""A factorization machine with a deep part.

build: DeepFM([5, 4, 6], 3)
inputs: int64 (6, 3) < 4
"""
import torch
import torch.nn as nn


class FactorizationMachine(nn.Module):
    def forward(self, x):
        square_of_sum = torch.sum(x, dim=1) ** 2
        sum_of_square = torch.sum(x ** 2, dim=1)
        ix = square_of_sum - sum_of_square
        return 0.5 * torch.sum(ix, dim=1, keepdim=True)


class DeepFM(nn.Module):
    def __init__(self, field_dims, embed_dim):
        super().__init__()
        self.embeddings = nn.ModuleList([nn.Embedding(size, embed_dim) for size in field_dims])
        self.linear = nn.ModuleList([nn.Embedding(size, 1) for size in field_dims])
        self.bias = nn.Parameter(torch.zeros((1,)))
        self.fm = FactorizationMachine()
        self.mlp = nn.Sequential(nn.Linear(len(field_dims) * embed_dim, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, x):
        vectors = torch.stack([e(x[:, i]) for i, e in enumerate(self.embeddings)], dim=1)
        first = sum(e(x[:, i]) for i, e in enumerate(self.linear)) + self.bias
        deep = self.mlp(vectors.reshape(x.size(0), -1))
        return torch.sigmoid((first + self.fm(vectors) + deep).squeeze(1))
