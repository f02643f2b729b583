import numpy as np
from tensorflow import keras

inputs = keras.Input(shape=(3,))
x = keras.layers.Dense(2, kernel_initializer="ones")(inputs)
model = keras.Model(inputs, x)
out = [model(np.ones((1, 3), "float32"))]
