import tensorflow as tf


class Line(tf.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(2.0)
        self.b = tf.Variable(1.0)

    def __call__(self, x):
        return self.w * x + self.b


line = Line()
with tf.GradientTape() as tape:
    loss = tf.reduce_sum(line(tf.constant([1.0, 2.0])))
gradients = tape.gradient(loss, line.trainable_variables)
out = [loss, sorted(float(g) for g in gradients)]
