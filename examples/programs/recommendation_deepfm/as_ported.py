"""The same with the preprocessing layer of Keras, and with Adagrad as it comes."""

import tensorflow as tf

from examples.programs.datasets import travel
from examples.programs.recommendation_deepfm.in_tf import FIELDS, build, make_loss

__all__ = ["build", "predict", "train"]


# %% data
def features():
    rows = {name: tf.convert_to_tensor(column) for name, column in travel().items()}
    buckets = [
        tf.keras.layers.Discretization(bin_boundaries=quartiles.numpy().tolist())(measure)
        for measure, quartiles in zip(
            tf.unstack(rows["measures"], axis=1), tf.unstack(rows["quartiles"], axis=1), strict=True
        )
    ]
    starts = tf.cumsum([0, *FIELDS[:-1]])  # all fields share one table of embeddings
    fields = tf.stack([rows["way"], rows["party"], *(tf.cast(bucket, tf.int64) for bucket in buckets)], axis=1)
    return fields + tf.cast(starts, tf.int64), rows["numbers"], rows["chosen"][:, None]


def batches():
    fields, numbers, chosen = features()
    return tf.data.Dataset.from_tensor_slices((fields[:600], numbers[:600], chosen[:600])).batch(60)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.Adagrad(learning_rate=0.01)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=4):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(fields, numbers, chosen):
        with tf.GradientTape() as tape:
            loss = loss_of(chosen, model(fields, numbers))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(*batch).numpy() for _ in range(epochs) for batch in batches()]


# %% evaluation
def predict(model):
    fields, numbers, _ = features()
    return tf.sigmoid(model(fields[600:], numbers[600:]))
