import numpy as np
import tensorflow as tf


def attention(q, k, v, mask=None):
    """Scaled dot products."""
    scores = tf.matmul(q, k, transpose_b=True)
    scores = scores / tf.math.sqrt(tf.cast(tf.shape(k)[-1], tf.float32))
    if mask is not None:
        scores += mask * -1e9
    weights = tf.nn.softmax(scores, axis=-1)
    return tf.matmul(weights, v), weights


x = tf.constant(np.linspace(-1, 1, 2 * 3 * 4, dtype="float32").reshape(2, 3, 4))
mask = 1 - tf.linalg.band_part(tf.ones((3, 3)), -1, 0)
y, weights = attention(x, x + 0.5, x * 2, mask)
out = [y, weights]
