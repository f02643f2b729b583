import numpy as np
import tensorflow as tf

x = tf.constant(np.linspace(-1, 1, 8, dtype="float32")[:, None])
y = 3 * x + 1
w = tf.Variable(tf.zeros((1, 1)))
b = tf.Variable(tf.zeros((1,)))
losses = []
for _ in range(10):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((x @ w + b - y) ** 2)
    dw, db = tape.gradient(loss, [w, b])
    w.assign_sub(0.1 * dw)
    b.assign_sub(0.1 * db)
    losses.append(float(loss))
out = [losses, w, b]
