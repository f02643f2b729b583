import numpy as np
import tensorflow as tf
from tensorflow import keras

x = tf.constant(np.linspace(-1, 1, 24, dtype="float32").reshape(8, 3))
y = tf.reduce_sum(x * x, axis=1, keepdims=True)
model = keras.Sequential(
    [keras.layers.Dense(4, activation="tanh", kernel_initializer="ones"), keras.layers.Dense(1, kernel_initializer="ones")]
)
optimizer = keras.optimizers.Adam(learning_rate=0.05)
loss_fn = keras.losses.MeanSquaredError()


@tf.function
def train_step(inputs, targets):
    with tf.GradientTape() as tape:
        loss = loss_fn(targets, model(inputs, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


losses = [float(train_step(x, y)) for _ in range(6)]
out = [losses, model(x)]
