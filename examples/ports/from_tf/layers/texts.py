import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

words = tf.constant([[1, 2, 0], [3, 1, 2]])
embedding = layers.Embedding(5, 4, embeddings_initializer="ones")
y = embedding(words)
lstm = layers.LSTM(3, kernel_initializer="ones", recurrent_initializer="ones")
out = [y, layers.GlobalMaxPooling1D()(y), lstm(y * 0.1), layers.GRU(2, kernel_initializer="ones", recurrent_initializer="zeros")(y)]
