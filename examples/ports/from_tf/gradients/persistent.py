import tensorflow as tf

a = tf.Variable(2.0)
b = tf.Variable(5.0)
with tf.GradientTape(persistent=True) as tape:
    x = a * b
    y = a + x
one = tape.gradient(x, a)
two = tape.gradient(y, [a, b])
del tape
out = [one, two]
