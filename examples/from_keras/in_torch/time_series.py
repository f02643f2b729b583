"""The series in PyTorch."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Conv1D, GRU, Dense = (drop_in(f"tf.keras.layers.{name}") for name in ("Conv1D", "GRU", "Dense"))
Adamax, Huber = drop_in("tf.keras.optimizers.Adamax"), drop_in("tf.keras.losses.Huber")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))

RNG = np.random.default_rng(9)
SERIES = (np.sin(np.arange(90) / 4) + 0.1 * RNG.normal(size=90)).astype("float32")


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.causal = Conv1D(6, 3, padding="causal", dilation_rate=2, activation="tanh")
        self.first = GRU(7, return_sequences=True)
        self.second = GRU(5, return_state=True, reset_after=False, go_backwards=True)
        self.head = Dense(1)

    def forward(self, x):
        x = self.first(self.causal(x))
        y, state = self.second(x)
        return self.head(torch.cat([y, state, x.amax(1)], -1))


def build():
    model = Model()
    model(torch.zeros(2, 12, 1))
    return model


def train(model):
    windows = torch.from_numpy(SERIES[:-12, None]).unfold(0, 12, 1).transpose(1, 2)
    compile(model, Adamax(0.01, clipnorm=0.5), Huber(0.3), metrics=["mae"])
    history = fit(model, windows, SERIES[12:79, None], batch_size=16, epochs=3, shuffle=False)
    return [history.history[key] for key in ("loss", "mae")]


def predict(model):
    return predict_all(model, torch.from_numpy(SERIES[None, -12:, None]))
