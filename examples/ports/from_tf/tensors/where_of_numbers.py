import tensorflow as tf

x = tf.constant([-1.0, 2.0, -3.0])
out = [tf.where(x > 0, x, 0.0), tf.where(x > 0, 1, 0), tf.where(x > 0, x, x * 0.1), tf.where([True, False], 1.0, 2.0)]
