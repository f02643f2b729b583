import numpy as np
import tensorflow as tf


class Net(tf.keras.Model):
    """Layers in a list, and a dropout."""

    def __init__(self, units, depth=2, **kwargs):
        super(Net, self).__init__(**kwargs)
        self.blocks = [tf.keras.layers.Dense(units, "relu", kernel_initializer="ones") for _ in range(depth)]
        self.drop = tf.keras.layers.Dropout(0.3)
        self.last = tf.keras.layers.Dense(1, kernel_initializer="ones")

    def call(self, inputs, training=False):
        x = inputs
        for block in self.blocks:
            x = block(x)
        x = self.drop(x, training=training)
        return self.last(x) * 2.0


x = tf.constant(np.linspace(0, 1, 6, dtype="float32").reshape(2, 3))
net = Net(4, name="net")
y = net(x)
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(net(x, training=False))
gradients = tape.gradient(loss, net.trainable_variables)
norms = sorted(float(tf.norm(g)) for g in gradients)
out = [y, norms, len(net.trainable_variables)]
