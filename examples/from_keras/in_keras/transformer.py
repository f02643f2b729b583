"""A small language model: causal attention, layer normalisation, a schedule with weight decay."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

RNG = np.random.default_rng(4)
IDS = RNG.integers(0, 11, size=(24, 8))


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.tokens = layers.Embedding(11, 12, name="tokens")
        self.places = layers.Embedding(7, 12, name="places")
        self.norm1 = layers.LayerNormalization(epsilon=1e-6, name="norm1")
        self.norm2 = layers.LayerNormalization(epsilon=1e-6, name="norm2")
        self.attention = layers.MultiHeadAttention(num_heads=3, key_dim=4, name="attention")
        self.wide = layers.Dense(32, activation="gelu", name="wide")
        self.narrow = layers.Dense(12, name="narrow")
        self.head = layers.Dense(11, name="head")

    def call(self, ids):
        x = self.tokens(ids) + self.places(tf.range(7))
        y = self.norm1(x)
        x = x + self.attention(y, y, use_causal_mask=True)
        return self.head(x + self.narrow(self.wide(self.norm2(x))))


def build():
    model = Model()
    model(IDS[:, :-1])
    return model


def train(model):
    rate = tf.keras.optimizers.schedules.CosineDecay(0.1, decay_steps=9, alpha=0.1)
    model.compile(
        optimizer=tf.keras.optimizers.SGD(rate, momentum=0.9, weight_decay=0.01),
        loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return [model.train_on_batch(IDS[k : k + 8, :-1], IDS[k : k + 8, 1:]) for k in (0, 8, 16, 0, 8)]


def predict(model):
    return model.predict(IDS[:, :-1], verbose=0)
