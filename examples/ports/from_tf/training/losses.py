import tensorflow as tf
from tensorflow import keras

y = tf.constant([[0.0, 1.0], [1.0, 0.0]])
p = tf.constant([[0.2, 0.8], [0.6, 0.4]])
labels = tf.constant([1, 0])
cross = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
out = [
    keras.losses.MeanSquaredError()(y, p), keras.losses.BinaryCrossentropy()(y, p), cross(labels, p),
    keras.losses.CategoricalCrossentropy(label_smoothing=0.1)(y, p), keras.losses.Huber(delta=0.5)(y, p),
    keras.losses.MeanAbsoluteError(reduction="sum")(y, p), keras.losses.KLDivergence()(y, p), keras.losses.CosineSimilarity()(y, p),
]
