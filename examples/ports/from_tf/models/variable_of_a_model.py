import tensorflow as tf


class Scaled(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.scale = tf.Variable(2.0)

    def call(self, x):
        return x * self.scale


out = [Scaled()(tf.ones((1, 2)))]
