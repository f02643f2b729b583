"""The U-Net in PyTorch: the layers know what padding="same" means with strides, transposed too."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Conv2D, Conv2DTranspose = drop_in("tf.keras.layers.Conv2D"), drop_in("tf.keras.layers.Conv2DTranspose")
MaxPooling2D, UpSampling2D = drop_in("tf.keras.layers.MaxPooling2D"), drop_in("tf.keras.layers.UpSampling2D")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))
RMSprop = drop_in("tf.keras.optimizers.RMSprop")

RNG = np.random.default_rng(1)
IMAGES = RNG.normal(size=(16, 12, 16, 1)).astype("float32")
MASKS = (IMAGES > 0.5).astype("float32")


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.down1 = Conv2D(6, 3, padding="same", activation="relu")
        self.down2 = Conv2D(8, 3, padding="same", activation="relu")
        self.middle = Conv2D(10, 3, padding="same", activation="relu")
        self.up2 = Conv2DTranspose(8, 3, strides=2, padding="same")
        self.join2 = Conv2D(8, 3, padding="same", activation="relu")
        self.join1 = Conv2D(6, 3, padding="same", activation="relu")
        self.head = Conv2D(1, 1, activation="sigmoid")
        self.pool, self.larger = MaxPooling2D(), UpSampling2D(interpolation="bilinear")

    def forward(self, x):
        down1 = self.down1(x)
        down2 = self.down2(self.pool(down1))
        up2 = self.up2(self.middle(self.pool(down2)))
        up1 = self.larger(self.join2(torch.cat([up2, down2], -1)))
        return self.head(self.join1(torch.cat([up1, down1], -1)))


def build():
    model = UNet()
    model(torch.from_numpy(IMAGES[:2]))
    return model


def train(model):
    compile(model, RMSprop(0.001), loss="binary_crossentropy", metrics=["mae"])
    history = fit(model, IMAGES, MASKS, batch_size=4, epochs=2, shuffle=False)
    return [history.history[key] for key in ("loss", "mae")]


def predict(model):
    return predict_all(model, IMAGES)
