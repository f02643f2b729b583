"""The same with the optimizer and the normalisation that have the same names."""

import tensorflow as tf

from examples.programs.structured_breast_cancer.in_tf import batches, make_loss, predict

__all__ = ["build", "predict", "train"]


# %% model
def build():
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(32, use_bias=False),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.ReLU(),
            tf.keras.layers.Dense(1),
        ]
    )
    model(tf.zeros((1, 30)))
    return model


# %% optimizer
def make_optimizer(model):
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=20, decay_rate=0.1)
    optimizer = tf.keras.optimizers.SGD(schedule, momentum=0.9, weight_decay=0.01)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=6):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]
