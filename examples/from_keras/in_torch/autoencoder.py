"""The autoencoder in PyTorch, with the same callbacks."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Dense, Normalization = drop_in("tf.keras.layers.Dense"), drop_in("tf.keras.layers.Normalization")
EarlyStopping = drop_in("tf.keras.callbacks.EarlyStopping")
ReduceLROnPlateau = drop_in("tf.keras.callbacks.ReduceLROnPlateau")
Nadam = drop_in("tf.keras.optimizers.Nadam")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))

RNG = np.random.default_rng(5)
ROWS = (RNG.normal(size=(48, 3)) @ RNG.normal(size=(3, 9)) + 0.1 * RNG.normal(size=(48, 9))).astype("float32")


class AutoEncoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = Normalization(mean=0.5, variance=4.0)
        self.enter, self.code = Dense(6, activation="elu"), Dense(2)
        self.leave, self.again = Dense(6, activation="elu"), Dense(9)

    def forward(self, x):
        return self.again(self.leave(self.code(self.enter(self.scale(x)))))


def build():
    model = AutoEncoder()
    model(torch.from_numpy(ROWS[:2]))
    return model


def train(model):
    stop = EarlyStopping(patience=3, restore_best_weights=True)
    slower = ReduceLROnPlateau(factor=0.5, patience=1, min_lr=1e-3)
    compile(model, Nadam(0.1), "mse")
    history = fit(model, ROWS, ROWS, epochs=12, callbacks=[slower, stop], validation_split=0.25, shuffle=False)
    return [history.history[key] for key in ("loss", "val_loss", "learning_rate")]


def predict(model):
    return predict_all(model, ROWS)
