import tensorflow as tf

n = tf.constant([7, -7, 3])
d = tf.constant([2, 2, -2])
small = tf.constant([3, 5], dtype=tf.int8)
out = [
    n / d, n / 2, 2 / d, n // d, n % d, n * d, small / small, tf.truediv(n, d), tf.math.floordiv(n, d), tf.abs(n),
    tf.reduce_mean(n), tf.reduce_sum(n), tf.cast(n / 2, tf.float32), n > 2, tf.math.mod(n, d),
]
