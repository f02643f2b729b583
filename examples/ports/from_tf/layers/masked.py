import tensorflow as tf
from tensorflow.keras import layers

words = tf.constant([[1, 2, 0], [3, 0, 0]])
out = [layers.GlobalAveragePooling1D()(layers.Embedding(5, 4, mask_zero=True)(words))]
