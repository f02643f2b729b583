import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=1, verbose=0)
out = [model.predict(np.ones((1, 2)), verbose=0).shape[0]]
