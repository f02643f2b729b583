import tensorflow as tf

x = tf.constant([1.0, -2.0])
with tf.GradientTape() as tape:
    tape.watch(x)
    y = x**3
gradient = tape.gradient(y, x)
unused = tf.Variable(1.0)
with tf.GradientTape() as t:
    z = tf.Variable(2.0) * 2
none = t.gradient(z, unused)
out = [gradient, none]
