"""Sequence to sequence with additive attention.

build: Seq2Seq(12, 8)
inputs: int64 (2, 5) < 12; int64 (2, 4) < 12
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, vocab, size):
        super().__init__()
        self.embedding = nn.Embedding(vocab, size)
        self.gru = nn.GRU(size, size, batch_first=True)

    def forward(self, x):
        return self.gru(self.embedding(x))


class BahdanauAttention(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.Wa = nn.Linear(hidden_size, hidden_size)
        self.Ua = nn.Linear(hidden_size, hidden_size)
        self.Va = nn.Linear(hidden_size, 1)

    def forward(self, query, keys):
        scores = self.Va(torch.tanh(self.Wa(query) + self.Ua(keys)))
        scores = scores.squeeze(2).unsqueeze(1)
        weights = F.softmax(scores, dim=-1)
        context = torch.bmm(weights, keys)
        return context, weights


class Seq2Seq(nn.Module):
    def __init__(self, vocab, size):
        super().__init__()
        self.encoder = Encoder(vocab, size)
        self.attention = BahdanauAttention(size)
        self.embedding = nn.Embedding(vocab, size)
        self.gru = nn.GRU(2 * size, size, batch_first=True)
        self.out = nn.Linear(size, vocab)

    def forward(self, source, target):
        outputs, hidden = self.encoder(source)
        predictions = []
        for i in range(target.size(1)):
            embedded = self.embedding(target[:, i:i + 1])
            query = hidden.permute(1, 0, 2)
            context, _ = self.attention(query, outputs)
            output, hidden = self.gru(torch.cat((embedded, context), dim=2), hidden)
            predictions.append(self.out(output))
        return torch.cat(predictions, dim=1)
