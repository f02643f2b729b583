import tensorflow as tf
from tensorflow import keras

mean = keras.metrics.Mean()
accuracy = keras.metrics.SparseCategoricalAccuracy()
for step in range(3):
    mean.update_state(tf.constant([1.0, 2.0]) * step)
    accuracy.update_state(tf.constant([0, 1]), tf.constant([[0.9, 0.1], [0.8, 0.2]]))
result = mean.result()
mean.reset_state()
mean.update_state(5.0)
out = [result, mean.result(), accuracy.result()]
