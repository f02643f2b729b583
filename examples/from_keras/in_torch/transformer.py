"""The language model in PyTorch."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Embedding, Dense = drop_in("tf.keras.layers.Embedding"), drop_in("tf.keras.layers.Dense")
LayerNormalization = drop_in("tf.keras.layers.LayerNormalization")
MultiHeadAttention = drop_in("tf.keras.layers.MultiHeadAttention")
CosineDecay = drop_in("tf.keras.optimizers.schedules.CosineDecay")
SGD, CrossEntropy = drop_in("tf.keras.optimizers.SGD"), drop_in("tf.keras.losses.SparseCategoricalCrossentropy")
compile, train_on_batch, predict_all = (
    drop_in(f"tf.keras.Model.{name}") for name in ("compile", "train_on_batch", "predict")
)

RNG = np.random.default_rng(4)
IDS = RNG.integers(0, 11, size=(24, 8))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = Embedding(11, 12), Embedding(7, 12)
        self.norm1, self.norm2 = LayerNormalization(epsilon=1e-6), LayerNormalization(epsilon=1e-6)
        self.attention = MultiHeadAttention(num_heads=3, key_dim=4)
        self.wide, self.narrow, self.head = Dense(32, activation="gelu"), Dense(12), Dense(11)

    def forward(self, ids):
        x = self.tokens(ids) + self.places(torch.arange(7))
        y = self.norm1(x)
        x = x + self.attention(y, y, use_causal_mask=True)
        return self.head(x + self.narrow(self.wide(self.norm2(x))))


def build():
    model = Model()
    model(torch.from_numpy(IDS[:, :-1]))
    return model


def train(model):
    rate = CosineDecay(0.1, decay_steps=9, alpha=0.1)
    compile(model, SGD(rate, momentum=0.9, weight_decay=0.01), CrossEntropy(from_logits=True))
    return [train_on_batch(model, IDS[k : k + 8, :-1], IDS[k : k + 8, 1:]) for k in (0, 8, 16, 0, 8)]


def predict(model):
    return predict_all(model, IDS[:, :-1])
