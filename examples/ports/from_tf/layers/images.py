import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = tf.constant(np.linspace(-1, 1, 2 * 8 * 8 * 3, dtype="float32").reshape(2, 8, 8, 3))
conv = layers.Conv2D(4, 3, padding="same", activation="relu", kernel_initializer=tf.keras.initializers.Constant(0.1))
y = conv(x)
out = [
    y, layers.MaxPooling2D()(y), layers.AveragePooling2D(2)(y), layers.GlobalAveragePooling2D()(y),
    layers.UpSampling2D(2)(y[:, :2, :2]), layers.ZeroPadding2D(1)(x), layers.Conv2D(2, 3, 2, kernel_initializer="ones")(x),
]
