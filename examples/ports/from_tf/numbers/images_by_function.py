import numpy as np
import tensorflow as tf

x = tf.constant(np.arange(2 * 6 * 6 * 3, dtype="float32").reshape(2, 6, 6, 3) / 50)
kernel = tf.constant(np.linspace(-1, 1, 3 * 3 * 3 * 4, dtype="float32").reshape(3, 3, 3, 4))
out = [
    tf.nn.conv2d(x, kernel, strides=1, padding="SAME"), tf.nn.conv2d(x, kernel, strides=2, padding="VALID"),
    tf.nn.max_pool2d(x, 2, 2, "VALID"), tf.nn.avg_pool2d(x, ksize=3, strides=2, padding="SAME"),
    tf.nn.bias_add(x, [1.0, 2.0, 3.0]), tf.image.resize(x, [3, 3]), tf.image.flip_left_right(x),
]
