"""A character model with a GRU and its first state.

build: CharGRU(15, 8)
inputs: int64 (3, 6) < 15; float32 (1, 3, 8)
"""
import torch
from torch import nn


class CharGRU(nn.Module):
    def __init__(self, n_tokens, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.encoder = nn.Embedding(n_tokens, hidden_size)
        self.gru = nn.GRU(hidden_size, hidden_size, batch_first=True)
        self.decoder = nn.Linear(hidden_size, n_tokens)

    def forward(self, x, hidden):
        out, hidden = self.gru(self.encoder(x), hidden)
        out = out.contiguous().view(-1, self.hidden_size)
        return self.decoder(out), hidden

    def init_hidden(self, batch_size):
        return torch.zeros(1, batch_size, self.hidden_size)
