"""A recurrent network by hand.

build: RNN(5, 7, 4)
inputs: float32 (6, 2, 5)
"""
import torch
import torch.nn as nn


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(hidden_size, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def initHidden(self, batch):
        return torch.zeros(batch, self.hidden_size)

    def forward(self, line):
        hidden = self.initHidden(line.size(1))
        for i in range(line.size(0)):
            combined = torch.cat((line[i], hidden), 1)
            hidden = torch.tanh(self.i2h(combined))
        return self.softmax(self.i2o(hidden))
