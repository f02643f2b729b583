import numpy as np
import tensorflow as tf


class Linear(tf.keras.layers.Layer):
    """A layer that makes its weights when it first sees an input."""

    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", trainable=True, name="w")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False)
        super().build(input_shape)

    def call(self, inputs):
        """A line."""
        self.seen.assign_add(1.0)
        return tf.matmul(inputs, self.w) + self.b


layer = Linear(2)
x = tf.constant(np.linspace(-1, 1, 6, dtype="float32").reshape(2, 3))
y = layer(x)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(layer(x) ** 2)
gradients = tape.gradient(loss, layer.trainable_variables)
out = [y, loss, len(gradients), sorted(float(tf.reduce_sum(g)) for g in gradients), layer.seen.numpy()]
