import numpy as np
import tensorflow as tf

a = np.array([[1.0, 2.0], [3.0, 4.0]], dtype="float32")
x = tf.constant(a)
a[0, 0] = 100.0
back = x.numpy()
back[0, 0] = -1.0
out = [x, tf.reduce_sum(a, axis=0), np.sum(x.numpy()), tf.square(np.float32(3.0)), x + a, back, np.asarray(x)]
