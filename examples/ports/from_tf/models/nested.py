import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


class Block(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units, kernel_initializer="ones")
        self.norm = layers.LayerNormalization(epsilon=1e-6)

    def call(self, x, training=None):
        return self.norm(x + self.dense(x))


class Stack(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = Block(4)
        self.second = Block(4)
        self.head = keras.Sequential([layers.Dropout(0.1), layers.Dense(2, kernel_initializer="ones")])

    def call(self, x, training=None):
        x = self.first(x, training=training)
        x = self.second(x, training=training)
        return self.head(x, training=training)


out = [Stack()(np.linspace(-1, 2, 12, dtype="float32").reshape(3, 4))]
