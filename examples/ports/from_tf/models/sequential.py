import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential(
    [
        keras.Input(shape=(6,)),
        layers.Dense(5, activation="tanh", kernel_initializer="ones"),  # one
        layers.Dropout(0.5),
        layers.Dense(2, activation="softmax", kernel_initializer="ones"),
    ]
)
x = np.linspace(-1, 1, 18, dtype="float32").reshape(3, 6)
grown = keras.Sequential()
grown.add(layers.Dense(2, kernel_initializer="ones"))
grown.add(layers.Activation("relu"))
out = [model(x), model(x, training=False), grown(x)]
