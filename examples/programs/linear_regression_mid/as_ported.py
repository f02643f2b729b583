"""The same, with the learning rate left to its default as in the original."""

import tensorflow as tf

from examples.programs.linear_regression_mid.in_tf import batches, build, make_loss, predict

__all__ = ["build", "predict", "train"]


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(momentum=0.9)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=5):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            with tf.GradientTape() as tape:
                loss = loss_of(y, model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            losses.append(loss.numpy())
    return losses
