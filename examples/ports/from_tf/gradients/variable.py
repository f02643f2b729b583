import tensorflow as tf

w = tf.Variable([1.0, 2.0, 3.0])
b = tf.Variable(0.5, trainable=True, name="bias")
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(w * w) + b * 3
dw, db = tape.gradient(loss, [w, b])
out = [loss, dw, db, w.numpy(), w + 1]
