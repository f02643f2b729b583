import tensorflow as tf

g = tf.Variable(1.5)
d = tf.Variable(-0.5)
with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
    made = g * 2
    judged = made * d
    g_loss = -judged
    d_loss = judged + d * d
g_gradient = g_tape.gradient(g_loss, g)
d_gradient = d_tape.gradient(d_loss, d)
out = [g_gradient, d_gradient]
