"""A binary classifier in TensorFlow, high level: compile and fit with metrics, and weight decay."""

import tensorflow as tf

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = iris()
    return tf.data.Dataset.from_tensor_slices((x, y[:, None])).batch(20)


# %% model
def build(decay=0.02):
    penalty = tf.keras.regularizers.L2(decay / 2)  # its gradient is decay * weight
    return tf.keras.Sequential(
        [
            tf.keras.layers.Input((4,)),
            tf.keras.layers.Dense(16, activation="tanh", kernel_regularizer=penalty, bias_regularizer=penalty),
            tf.keras.layers.Dense(1, kernel_regularizer=penalty, bias_regularizer=penalty),
        ]
    )


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer():
    return tf.keras.optimizers.Adam(learning_rate=0.02, epsilon=1e-8)


# %% loop
class History(tf.keras.callbacks.Callback):
    """What each batch showed. The loss holds the penalty too; the metric does not."""

    def __init__(self):
        super().__init__()
        self.history = {"loss": [], "accuracy": []}

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.history["loss"].append(logs["binary_crossentropy"])
        self.history["accuracy"].append(logs["binary_accuracy"])


def train(model, epochs=12):
    metrics = [
        tf.keras.metrics.BinaryCrossentropy(from_logits=True),
        tf.keras.metrics.BinaryAccuracy(threshold=0.0),
    ]
    model.compile(optimizer=make_optimizer(), loss=make_loss(), metrics=metrics)
    recorder = History()
    model.fit(batches(), epochs=epochs, callbacks=[recorder], verbose=0)
    return recorder.history["loss"]


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
