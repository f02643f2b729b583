"""The classifier in PyTorch: images keep their channels last, as the weights of the dense layer expect."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Rescaling, Conv2D = drop_in("tf.keras.layers.Rescaling"), drop_in("tf.keras.layers.Conv2D")
BatchNormalization, MaxPooling2D = (
    drop_in("tf.keras.layers.BatchNormalization"),
    drop_in("tf.keras.layers.MaxPooling2D"),
)
Dense, Adam = drop_in("tf.keras.layers.Dense"), drop_in("tf.keras.optimizers.Adam")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, size=(60, 12, 10, 3)).astype("float32")
LABELS = RNG.integers(0, 4, size=60)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rescale, self.pool = Rescaling(1 / 255), MaxPooling2D()
        self.conv1 = Conv2D(8, 3, strides=2, padding="same", use_bias=False)
        self.norm1 = BatchNormalization()
        self.conv2 = Conv2D(12, 3, padding="same", activation="relu")
        self.hidden, self.head = Dense(16, activation="relu"), Dense(4, activation="softmax")

    def forward(self, x):
        x = torch.relu(self.norm1(self.conv1(self.rescale(x))))
        return self.head(self.hidden(self.pool(self.conv2(x)).flatten(1)))


def build():
    model = Net().eval()
    model(torch.from_numpy(IMAGES[:2]))  # lazy layers make their weights
    return model


def train(model):
    compile(model, Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = fit(
        model, IMAGES, LABELS, batch_size=8, epochs=3, shuffle=False, validation_split=0.2, class_weight={1: 2.0}
    )
    return [history.history[key] for key in ("loss", "accuracy", "val_loss", "val_accuracy")]


def predict(model):
    return predict_all(model, IMAGES)
