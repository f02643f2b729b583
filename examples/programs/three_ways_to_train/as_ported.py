"""The same, reading what train_on_batch and fit report as if it were the loss of the batch."""

import tensorflow as tf

from examples.programs.three_ways_to_train.in_tf import batches, build, by_script, make_loss, make_optimizer, predict

__all__ = ["build", "predict", "train"]


# %% loop
def by_function(model, epochs):
    """The model takes one batch, the loop only calls it."""
    model.compile(optimizer=make_optimizer(), loss=make_loss())
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            losses.append(model.train_on_batch(x, y))
    return losses


class StepLosses(tf.keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


def by_fit(model, epochs):
    """The model takes everything."""
    model.compile(optimizer=make_optimizer(), loss=make_loss())
    recorder = StepLosses()
    model.fit(batches(), epochs=epochs, callbacks=[recorder], verbose=0)
    return recorder.losses


def train(models, epochs=4):
    ways = [by_script, by_function, by_fit]
    return [loss for way, model in zip(ways, models.values(), strict=True) for loss in way(model, epochs)]
