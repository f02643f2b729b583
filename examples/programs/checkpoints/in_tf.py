"""Saving and resuming in TensorFlow: weights, the optimizer's state and the schedule."""

import tempfile
from pathlib import Path

import tensorflow as tf

from examples.programs.datasets import breast_cancer


# %% data
def batches():
    x, y = breast_cancer()
    return tf.data.Dataset.from_tensor_slices((x[:500], y[:500, None])).batch(50)


# %% model
def build():
    model = tf.keras.Sequential([tf.keras.layers.Dense(16, activation="tanh"), tf.keras.layers.Dense(1)])
    model(tf.zeros((1, 30)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=1, decay_rate=0.95)
    optimizer = tf.keras.optimizers.Adam(schedule, epsilon=1e-8)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def run(model, optimizer, epochs):
    loss_of = make_loss()
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            with tf.GradientTape() as tape:
                loss = loss_of(y, model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            losses.append(loss.numpy())
    return losses


def train(model, epochs=2):
    """Two epochs, a checkpoint, and two more epochs with new objects: as if the program had been stopped."""
    with tempfile.TemporaryDirectory() as folder:
        stopped = build()
        stopped.set_weights(model.get_weights())
        optimizer = make_optimizer(stopped)
        losses = run(stopped, optimizer, epochs)
        save_checkpoint(Path(folder) / "checkpoint", stopped, optimizer)

        optimizer = make_optimizer(model)
        load_checkpoint(Path(folder) / "checkpoint", model, optimizer)
        return losses + run(model, optimizer, epochs)


# %% evaluation
def predict(model):
    x, _ = breast_cancer()
    return model(x[500:], training=False)


# %% saving
def save_checkpoint(path, model, optimizer):
    tf.train.Checkpoint(model=model, optimizer=optimizer).write(str(path))


def load_checkpoint(path, model, optimizer):
    tf.train.Checkpoint(model=model, optimizer=optimizer).read(str(path)).assert_existing_objects_matched()


def save_and_load(model, folder):
    model.save(folder / "model.keras")
    return tf.keras.models.load_model(folder / "model.keras")


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
