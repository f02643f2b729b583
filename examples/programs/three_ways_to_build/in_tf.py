"""Three ways to build the same model in TensorFlow, each trained in turn."""

import tensorflow as tf

from examples.programs.datasets import breast_cancer


# %% data
def batches():
    x, y = breast_cancer()
    return tf.data.Dataset.from_tensor_slices((x[:500], y[:500, None])).batch(50)


# %% model
def sequential():
    """Layers in a row."""
    return tf.keras.Sequential([tf.keras.layers.Dense(16), tf.keras.layers.ReLU(), tf.keras.layers.Dense(1)])


def functional():
    """Layers called on a symbolic input: Keras's own way, for whatever is a graph."""
    inputs = tf.keras.Input((30,))
    hidden = tf.keras.layers.Dense(16, activation="relu")(inputs)
    return tf.keras.Model(inputs, tf.keras.layers.Dense(1)(hidden))


class Subclass(tf.keras.Model):
    """A class of one's own, with the computation written out."""

    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(16)
        self.head = tf.keras.layers.Dense(1)

    def call(self, x):
        return self.head(tf.nn.relu(self.hidden(x)))


def build():
    models = {"sequential": sequential(), "both": functional(), "subclass": Subclass()}
    for model in models.values():
        model(tf.zeros((1, 30)))
    return models


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.2)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train_one(model):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for x, y in batches():
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(loss.numpy())
    return losses


def train(models):
    return [loss for model in models.values() for loss in train_one(model)]


# %% evaluation
def predict(models):
    x, _ = breast_cancer()
    return tf.concat([model(x[500:], training=False) for model in models.values()], axis=1)


# %% saving
def save_and_load(models, folder):
    restored = build()
    for name, model in models.items():
        model.save_weights(folder / f"{name}.weights.h5")
        restored[name].load_weights(folder / f"{name}.weights.h5")
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
