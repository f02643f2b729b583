import numpy as np
import tensorflow as tf

x = tf.constant(np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3))
first = tf.keras.layers.Dense(4, activation="relu", kernel_initializer="ones")
second = tf.keras.layers.Dense(2, use_bias=False, kernel_initializer=tf.keras.initializers.Constant(0.3))
out = [first(x), second(first(x)), tf.keras.layers.Flatten()(x[:, :, tf.newaxis]), tf.keras.layers.ReLU()(x)]
