"""Three ways to train the same model in TensorFlow: a script, train_on_batch, fit."""

import tensorflow as tf

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = iris()
    return tf.data.Dataset.from_tensor_slices((x, y[:, None])).batch(20)


# %% model
def network():
    model = tf.keras.Sequential([tf.keras.layers.Dense(16, activation="tanh"), tf.keras.layers.Dense(1)])
    model(tf.zeros((1, 4)))
    return model


def build():
    return {"script": network(), "function": network(), "fit": network()}


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer():
    return tf.keras.optimizers.SGD(learning_rate=0.2, momentum=0.9)


# %% loop
def by_script(model, epochs):
    """Everything in the loop."""
    loss_of, optimizer = make_loss(), make_optimizer()
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            with tf.GradientTape() as tape:
                loss = loss_of(y, model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            losses.append(loss.numpy())
    return losses


def by_function(model, epochs):
    """The model takes one batch, the loop only calls it."""
    model.compile(optimizer=make_optimizer(), loss=make_loss())
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            model.reset_metrics()
            losses.append(model.train_on_batch(x, y))
    return losses


class StepLosses(tf.keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

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


# %% evaluation
def predict(models):
    x, _ = iris()
    return tf.concat([model(x, training=False) for model in models.values()], axis=1)


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
