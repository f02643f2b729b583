"""The same with the optimizer of the same name."""

import tensorflow as tf

from examples.programs.time_series_lstm.in_tf import batches, build, make_loss, predict

__all__ = ["build", "predict", "train"]


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.RMSprop(0.005)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=5):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]
