import tensorflow as tf

a = tf.constant([[1.0, 2.0], [3.0, 4.0]])
b = a * 10
joined = tf.concat([a, b], axis=-1)
stacked = tf.stack([a, b, a], axis=1)
left, right = tf.split(joined, 2, axis=1)
first, rest = tf.split(joined, [1, 3], axis=1)
rows = tf.unstack(a)
numbers = tf.stack([a.shape[0], 5])
out = [joined, stacked, left, right, first, rest, rows, numbers, tf.repeat(a, 2, axis=0)]
