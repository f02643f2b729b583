import tensorflow as tf

tf.random.set_seed(1)
with tf.device("/CPU:0"):
    x = tf.ones((2, 2))
    y = x * 3
if tf.executing_eagerly():
    y = y + 1
drawn = tf.random.normal((3, 4), stddev=0.5)
out = [y, drawn.shape.as_list(), drawn.dtype == tf.float32, tf.is_tensor(y)]
