import tensorflow as tf

x = tf.constant([[1.0, -2.0, 3.0], [0.5, 4.0, -1.5]])
total = tf.reduce_sum(x)
rows = tf.reduce_mean(x, axis=1, keepdims=True)
largest = tf.reduce_max(x, axis=[0, 1])
smallest = tf.math.reduce_min(x, 0)
spread = tf.math.reduce_std(x, axis=-1)
whole = tf.reduce_sum(tf.constant([200, 100], dtype=tf.uint8))
out = [total, rows, largest, smallest, spread, whole, tf.reduce_any(x > 3), tf.reduce_all(x > -3, axis=1)]
