import tensorflow as tf
from tensorflow.keras import layers

a = tf.constant([[1.0, 2.0], [3.0, 4.0]])
b = a * 2
out = [
    layers.Concatenate()([a, b]), layers.Add()([a, b]), layers.Multiply()([a, b]), layers.Average()([a, b]),
    layers.Dot(axes=1)([a, b]), layers.Reshape((1, 2))(a), layers.Permute((2, 1))(tf.reshape(a, (1, 2, 2))),
    layers.RepeatVector(3)(a), layers.Lambda(lambda t: t * 3)(a), layers.LeakyReLU()(a - 3), layers.Softmax()(a),
]
