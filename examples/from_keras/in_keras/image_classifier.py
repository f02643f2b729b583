"""A small image classifier with compile and fit."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, size=(60, 12, 10, 3)).astype("float32")
LABELS = RNG.integers(0, 4, size=60)


def build():
    return tf.keras.Sequential(
        [
            tf.keras.Input((12, 10, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="conv1"),
            layers.BatchNormalization(name="norm1"),
            layers.Activation("relu"),
            layers.Conv2D(12, 3, padding="same", activation="relu", name="conv2"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(16, activation="relu", name="hidden"),
            layers.Dense(4, activation="softmax", name="head"),
        ]
    )


def train(model):
    model.compile(tf.keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        IMAGES, LABELS, batch_size=8, epochs=3, verbose=0, shuffle=False, validation_split=0.2, class_weight={1: 2.0}
    )
    return [history.history[key] for key in ("loss", "accuracy", "val_loss", "val_accuracy")]


def predict(model):
    return model.predict(IMAGES, verbose=0)
