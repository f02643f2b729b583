"""Two inputs and two outputs in PyTorch."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Dense, Embedding = drop_in("tf.keras.layers.Dense"), drop_in("tf.keras.layers.Embedding")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))
SGD = drop_in("tf.keras.optimizers.SGD")

RNG = np.random.default_rng(6)
NUMBERS = RNG.normal(size=(30, 5)).astype("float32")
SHOPS = RNG.integers(0, 6, size=(30, 1))
PRICES = RNG.normal(size=(30, 1)).astype("float32")
KINDS = np.eye(3, dtype="float32")[RNG.integers(0, 3, size=30)]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.shop, self.first = Embedding(6, 4), Dense(8, activation="relu")
        self.second = Dense(8, activation="swish", kernel_initializer=nn.init.kaiming_normal_)
        self.price, self.kind = Dense(1), Dense(3, activation="softmax")

    def forward(self, numbers, shops):
        x = torch.cat([self.first(numbers), self.shop(shops).flatten(1)], -1)
        x = self.second(x)
        return self.price(x), self.kind(x)


def build():
    model = Model()
    model(torch.from_numpy(NUMBERS[:2]), torch.from_numpy(SHOPS[:2]))
    return model


def train(model):
    compile(
        model,
        SGD(0.05, momentum=0.9, nesterov=True),
        loss=["mse", "categorical_crossentropy"],
        loss_weights=[0.5, 2.0],
    )
    history = fit(model, [NUMBERS, SHOPS], [PRICES, KINDS], batch_size=10, epochs=4, shuffle=False)
    return history.history["loss"]


def predict(model):
    return np.concatenate(predict_all(model, [NUMBERS, SHOPS]), axis=1)
