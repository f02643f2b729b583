import numpy as np
import tensorflow as tf

x = tf.constant(np.linspace(-2, 5, 24, dtype="float32").reshape(6, 4))
norm = tf.keras.layers.BatchNormalization()
in_training = norm(x, training=True)
in_inference = norm(x)
drop = tf.keras.layers.Dropout(0.5)
same = drop(x)
dropped = drop(tf.ones((50, 40)), training=True)
kept = tf.reduce_mean(tf.cast(dropped > 0, tf.float32))
out = [in_training, in_inference, same, bool(0.4 < kept < 0.6), float(tf.reduce_max(dropped))]
