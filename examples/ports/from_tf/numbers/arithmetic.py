import tensorflow as tf

x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
y = tf.add(x, 2.0)
out = [
    tf.matmul(x, y), x @ y, tf.multiply(x, y), tf.subtract(x, 1.0), x ** 2, -x, x / 3, 1 / x, x // 2, x % 2, tf.pow(x, 3.0),
    tf.maximum(x, 2.5), tf.minimum(2.5, x), tf.maximum(0, x), tf.add_n([x, y, x]), tf.math.squared_difference(x, y),
]
