import tensorflow as tf

norm = tf.keras.layers.BatchNormalization()
norm.trainable = False
out = [norm(tf.constant([[1.0], [3.0]]), training=True)]
