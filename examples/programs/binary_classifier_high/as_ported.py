"""The same with Adam's arguments translated by name: weight_decay is something else in Keras."""

import tensorflow as tf

from examples.programs.binary_classifier_high.in_tf import History, batches, make_loss, predict

__all__ = ["build", "predict", "train"]


# %% model
def build():
    return tf.keras.Sequential(
        [tf.keras.layers.Input((4,)), tf.keras.layers.Dense(16, activation="tanh"), tf.keras.layers.Dense(1)]
    )


# %% optimizer
def make_optimizer():
    return tf.keras.optimizers.Adam(learning_rate=0.02, weight_decay=0.02)


# %% loop
def train(model, epochs=12):
    metrics = [
        tf.keras.metrics.BinaryCrossentropy(from_logits=True),
        tf.keras.metrics.BinaryAccuracy(threshold=0.0),
    ]
    model.compile(optimizer=make_optimizer(), loss=make_loss(), metrics=metrics)
    recorder = History()
    model.fit(batches(), epochs=epochs, callbacks=[recorder], verbose=0)
    return recorder.history["loss"]
