import tensorflow as tf

x = tf.constant([[3.0, 1.0, 2.0], [9.0, 8.0, 7.0]])
values, places = tf.math.top_k(x, k=2)
out = [
    values, places, tf.sort(x, axis=-1), tf.sort(x, direction="DESCENDING"), tf.argsort(x), tf.argmax(x, axis=1),
    tf.argmin(x, 0), tf.reverse(x, axis=[1]), tf.cumsum(x, axis=1), tf.math.cumprod(x, axis=0, exclusive=True),
]
