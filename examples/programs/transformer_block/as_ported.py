"""The same with the mask as PyTorch wants it, the default epsilon, and the approximate GELU of many older ports."""

import tensorflow as tf

from examples.programs.transformer_block.in_tf import (
    HEADS,
    LENGTH,
    LETTERS,
    WIDTH,
    batches,
    loss_of,
    predict,
)

__all__ = ["build", "predict", "train"]


# %% model
class Block(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.norm1 = tf.keras.layers.LayerNormalization()
        self.attention = tf.keras.layers.MultiHeadAttention(HEADS, key_dim=WIDTH // HEADS)
        self.norm2 = tf.keras.layers.LayerNormalization()
        self.wide = tf.keras.layers.Dense(4 * WIDTH)
        self.narrow = tf.keras.layers.Dense(WIDTH)

    def call(self, x):
        later = ~tf.linalg.band_part(tf.ones((LENGTH, LENGTH), tf.bool), -1, 0)
        h = self.norm1(x)
        x = x + self.attention(h, h, attention_mask=later)
        return x + self.narrow(tf.nn.gelu(self.wide(self.norm2(x)), approximate=True))


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(LETTERS, WIDTH)
        self.block = Block()
        self.head = tf.keras.layers.Dense(LETTERS)

    def call(self, x):
        return self.head(self.block(self.embedding(x)))


def build():
    model = Model()
    model(tf.zeros((1, LENGTH), tf.int64))
    return model


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.001)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=2):
    optimizer = make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(model(x, training=True), y)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]
