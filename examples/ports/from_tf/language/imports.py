import tensorflow
import tensorflow.keras.backend as K
from tensorflow import constant, keras
from tensorflow.keras import layers
from tensorflow.keras.losses import MeanSquaredError
import tensorflow as tf

x = constant([[1.0, 2.0]])
layer = layers.Dense(2, kernel_initializer="ones")
loss = MeanSquaredError()
out = [tensorflow.add(x, 1.0), layer(x), loss(x, x + 1), keras.activations.tanh(x), tf.abs(-x)]
