"""The same with gradients clipped one by one, and with the optimizer of the same name."""

import tensorflow as tf

from examples.programs.text_gru.in_tf import batches, build, make_loss, predict

__all__ = ["build", "predict", "train"]


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.005, clipnorm=0.3)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=8):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]
