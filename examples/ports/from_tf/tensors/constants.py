import numpy as np
import tensorflow as tf

array = np.arange(6).reshape(2, 3) / 4
out = [
    tf.constant([1, 2, 3]), tf.constant(2.5), tf.constant([True, False]), tf.constant(array),
    tf.constant([1, 2, 3], dtype=tf.float64), tf.constant(7, shape=(2, 2)), tf.zeros((2, 3)), tf.ones([2], tf.int32),
    tf.fill([2, 2], 0.5), tf.eye(3), tf.range(5), tf.range(2, 9, 3), tf.range(0.0, 1.0, 0.25),
    tf.zeros_like(array), tf.ones_like(tf.range(3)), tf.linspace(0.0, 1.0, 5), tf.convert_to_tensor(array),
]
