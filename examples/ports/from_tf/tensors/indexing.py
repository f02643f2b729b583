import tensorflow as tf

x = tf.reshape(tf.range(24), (4, 6))
turned = x[::-1]
both = x[::-1, ::-1]
out = [
    x[1], x[1, 2], x[:, 1:4], x[..., tf.newaxis], x[-1, ::2], turned, both, x[:, ::-1], x[tf.constant(2)],
    x[1:3, tf.newaxis, :2],
]
