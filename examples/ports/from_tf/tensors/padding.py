import tensorflow as tf

x = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
out = [
    tf.pad(x, [[1, 0], [0, 2]]), tf.pad(x, [[0, 0], [2, 1]], mode="REFLECT"), tf.pad(x, [[1, 1], [0, 0]], constant_values=9.0),
    tf.roll(x, shift=1, axis=1), tf.sequence_mask([1, 3], 4), tf.linalg.band_part(x, 0, -1),
]
