"""The same, with a loss that takes the model's logits for probabilities."""

import tensorflow as tf

from examples.programs.binary_classifier_mid.in_tf import batches, build, make_optimizer, predict

__all__ = ["build", "predict", "train"]


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy()


# %% loop
def train(model, epochs=12):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]
