import tensorflow as tf

w = tf.Variable([3.0, 4.0])
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(w * w)
(gradient,) = tape.gradient(loss, [w])
clipped, norm = tf.clip_by_global_norm([gradient], 1.0)
out = [tf.clip_by_norm(gradient, 2.0), clipped, norm, tf.linalg.global_norm([gradient, gradient])]
