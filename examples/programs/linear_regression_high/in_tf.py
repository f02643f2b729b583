"""Linear regression in TensorFlow, high level: compile and fit."""

import tensorflow as tf

from examples.programs.datasets import diabetes


# %% data
def batches():
    x, y = diabetes()
    return tf.data.Dataset.from_tensor_slices((x, y[:, None])).batch(40)


# %% model
def build():
    return tf.keras.Sequential([tf.keras.layers.Input((10,)), tf.keras.layers.Dense(1)])


# %% loss
def make_loss():
    return tf.keras.losses.MeanSquaredError()


# %% optimizer
def make_optimizer():
    return tf.keras.optimizers.Adam(learning_rate=0.05, epsilon=1e-8)


# %% loop
class StepLosses(tf.keras.callbacks.Callback):
    """The loss of each batch. What fit reports is the mean over the epoch so far, unless it is reset."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


def train(model, epochs=5):
    model.compile(optimizer=make_optimizer(), loss=make_loss())
    recorder = StepLosses()
    model.fit(batches(), epochs=epochs, callbacks=[recorder], verbose=0)
    return recorder.losses


# %% evaluation
def predict(model):
    return model.predict(batches(), verbose=0)


# %% saving
def save_and_load(model, folder):
    model.save(folder / "model.keras")
    return tf.keras.models.load_model(folder / "model.keras")


# %% run
if __name__ == "__main__":
    model = build()
    for number, loss in enumerate(train(model), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
