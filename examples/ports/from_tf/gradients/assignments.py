import tensorflow as tf

v = tf.Variable([1.0, 2.0])
read = v.read_value()
shared = tf.reshape(v, (2, 1))
v.assign([3.0, 4.0])
v.assign_add(tf.ones(2))
n = tf.Variable(3)
n.assign_add(1)
n.assign(n * 2)
out = [v, read, shared, n, n.dtype == tf.int32, v.numpy(), v.shape.as_list()]
