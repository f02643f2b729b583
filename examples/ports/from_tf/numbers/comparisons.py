import tensorflow as tf

a = tf.constant([1, 2, 3])
b = tf.constant([3, 2, 1])
mask = tf.logical_and(a > 1, b >= 1)
out = [
    tf.equal(a, b), tf.not_equal(a, b), tf.less(a, b), tf.greater_equal(a, 2), mask, tf.logical_not(mask), a == b, ~mask,
    mask & (a < b), int(tf.reduce_sum(tf.cast(mask, tf.int32))), bool(tf.reduce_any(mask)),
]
