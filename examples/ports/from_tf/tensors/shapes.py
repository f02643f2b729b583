import tensorflow as tf

x = tf.reshape(tf.range(24, dtype=tf.float32), (2, 3, 4))
y = tf.transpose(x, perm=[0, 2, 1])
z = tf.expand_dims(y, axis=1)
s = tf.squeeze(z, axis=1)
batch, rows = tf.shape(x)[0], tf.shape(x)[1]
flat = tf.reshape(x, [batch * rows, -1])
out = [
    y, z, s, flat, x.shape.as_list(), x.shape.rank, x.shape[0] * 2, x.get_shape()[1], x.shape == [2, 3, 4], tf.shape(x),
    tf.size(x), tf.rank(x), x.ndim, tf.broadcast_to(tf.constant([1.0, 2.0]), (3, 2)), tf.tile(s[0, :1], [2, 1]),
]
