"""The same three models ending in a sigmoid, as Keras examples do, under a loss that expects logits."""

import tensorflow as tf

from examples.programs.three_ways_to_build.in_tf import predict, train

__all__ = ["build", "predict", "train"]


# %% model
def sequential():
    """Layers in a row."""
    return tf.keras.Sequential(
        [tf.keras.layers.Dense(16), tf.keras.layers.ReLU(), tf.keras.layers.Dense(1, activation="sigmoid")]
    )


def functional():
    inputs = tf.keras.Input((30,))
    hidden = tf.keras.layers.Dense(16, activation="relu")(inputs)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(1, activation="sigmoid")(hidden))


class Subclass(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(16)
        self.head = tf.keras.layers.Dense(1)

    def call(self, x):
        return tf.sigmoid(self.head(tf.nn.relu(self.hidden(x))))


def build():
    models = {"sequential": sequential(), "both": functional(), "subclass": Subclass()}
    for model in models.values():
        model(tf.zeros((1, 30)))
    return models
