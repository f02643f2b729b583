"""A training loop of one's own: penalties of the layers, clipping, a staircase of rates, metrics."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

RNG = np.random.default_rng(7)
ROWS = RNG.normal(size=(40, 6)).astype("float32")
LABELS = RNG.integers(0, 3, size=40)


def build():
    return tf.keras.Sequential(
        [
            tf.keras.Input((6,)),
            layers.Dense(10, activation="relu", kernel_regularizer=tf.keras.regularizers.L2(0.01), name="hidden"),
            layers.Dense(3, name="head"),
        ]
    )


def train(model):
    loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = tf.keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=4, decay_rate=0.5, staircase=True)
    optimizer = tf.keras.optimizers.SGD(rate)
    mean, right = tf.keras.metrics.Mean(), tf.keras.metrics.SparseCategoricalAccuracy()
    dataset = tf.data.Dataset.from_tensor_slices((ROWS, LABELS)).batch(10)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = loss_fn(y, logits) + tf.add_n(model.losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        gradients, _ = tf.clip_by_global_norm(gradients, 0.5)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        mean.update_state(loss)
        right.update_state(y, logits)
        return loss

    losses = []
    for _ in range(3):
        mean.reset_state()
        right.reset_state()
        for x, y in dataset:
            losses.append(float(step(x, y)))
        losses += [float(mean.result()), float(right.result())]
    return losses


def predict(model):
    return tf.nn.softmax(model(ROWS)).numpy()
