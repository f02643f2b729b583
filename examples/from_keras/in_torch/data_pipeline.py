"""The pipeline in PyTorch: the same steps over anything that can be iterated."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

from_tensor_slices, map, skip, batch, repeat = (
    drop_in(f"tf.data.Dataset.{name}") for name in ("from_tensor_slices", "map", "skip", "batch", "repeat")
)
convert, adjust_brightness, adjust_contrast, crop_or_pad, resize = (
    drop_in(f"tf.image.{name}")
    for name in ("convert_image_dtype", "adjust_brightness", "adjust_contrast", "resize_with_crop_or_pad", "resize")
)
SeparableConv2D, DepthwiseConv2D = (
    drop_in("tf.keras.layers.SeparableConv2D"),
    drop_in("tf.keras.layers.DepthwiseConv2D"),
)
AveragePooling2D, Dense = drop_in("tf.keras.layers.AveragePooling2D"), drop_in("tf.keras.layers.Dense")
Adagrad = drop_in("tf.keras.optimizers.Adagrad")
CrossEntropy = drop_in("tf.keras.losses.CategoricalCrossentropy")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))

RNG = np.random.default_rng(8)
PICTURES = RNG.integers(0, 256, size=(24, 14, 12, 3)).astype("uint8")
LABELS = RNG.integers(0, 3, size=24)


def prepare(picture, label):
    picture = adjust_brightness(convert(picture, torch.float32), 0.1)
    picture = resize(crop_or_pad(picture, 12, 14), (8, 10))
    return adjust_contrast(picture, 1.3), nn.functional.one_hot(label, 3).float()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = SeparableConv2D(6, 3, padding="same", activation="relu")
        self.pool = AveragePooling2D(2, padding="same")
        self.conv2 = DepthwiseConv2D(3, depth_multiplier=2)
        self.head = Dense(3)

    def forward(self, x):
        x = nn.functional.relu6(self.conv2(self.pool(self.conv1(x))))
        return self.head(x.mean((1, 2)))


def pictures():
    return map(from_tensor_slices((PICTURES, LABELS)), prepare)


def build():
    model = Net()
    model(next(iter(batch(pictures(), 2)))[0])
    return model


def train(model):
    dataset = repeat(batch(skip(pictures(), 2), 6), 2)
    compile(model, Adagrad(0.05), CrossEntropy(from_logits=True, label_smoothing=0.1))
    return fit(model, dataset, epochs=2).history["loss"]


def predict(model):
    return predict_all(model, batch(pictures(), 8))
