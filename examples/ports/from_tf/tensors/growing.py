import tensorflow as tf

x = tf.constant([1.0, 2.0])
before = x
x += 1
x *= 2.0
total = tf.constant(0)
for number in range(4):
    total += number
rows = []
rows += [x]
out = [x, before, total, rows]
