"""An autoencoder that stops when the validation no longer improves, and lowers its rate before."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

RNG = np.random.default_rng(5)
ROWS = (RNG.normal(size=(48, 3)) @ RNG.normal(size=(3, 9)) + 0.1 * RNG.normal(size=(48, 9))).astype("float32")


def build():
    return tf.keras.Sequential(
        [
            tf.keras.Input((9,)),
            layers.Normalization(mean=0.5, variance=4.0),
            layers.Dense(6, activation="elu", name="enter"),
            layers.Dense(2, name="code"),
            layers.Dense(6, activation="elu", name="leave"),
            layers.Dense(9, name="again"),
        ]
    )


def train(model):
    stop = tf.keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    slower = tf.keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=1, min_lr=1e-3)
    model.compile(tf.keras.optimizers.Nadam(0.1), "mse")
    history = model.fit(
        ROWS, ROWS, epochs=12, verbose=0, callbacks=[slower, stop], validation_split=0.25, shuffle=False
    )
    return [history.history[key] for key in ("loss", "val_loss", "learning_rate")]


def predict(model):
    return model.predict(ROWS, verbose=0)
