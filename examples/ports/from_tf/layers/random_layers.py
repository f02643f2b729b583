import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

x = tf.constant(np.linspace(0, 1, 2 * 4 * 4 * 3, dtype="float32").reshape(2, 4, 4, 3))
out = [layers.GaussianNoise(0.5)(x), layers.SpatialDropout2D(0.5)(x), layers.AlphaDropout(0.3)(x, training=False)]
