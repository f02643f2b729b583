"""A layer, a loss, a metric and a callback of one's own in TensorFlow."""

import tensorflow as tf

from examples.programs.datasets import breast_cancer


# %% data
def batches():
    x, y = breast_cancer()
    return tf.data.Dataset.from_tensor_slices((x[:500], y[:500, None])).batch(50)


# %% model
class ScaleShift(tf.keras.layers.Layer):
    """A layer: each feature times a weight, plus a weight."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones", name="scale")
        self.shift = self.add_weight(shape=(shape[-1],), initializer="zeros", name="shift")

    def call(self, x):
        return x * self.scale + self.shift


def build():
    model = tf.keras.Sequential([ScaleShift(), tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(1)])
    model(tf.zeros((1, 30)))
    return model


# %% loss
class FocalLoss(tf.keras.losses.Loss):
    """Cross-entropy in which samples that are right already count less."""

    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def call(self, y, logits):
        entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits)
        return (1 - tf.exp(-entropy)) ** self.gamma * entropy


# %% optimizer
def make_optimizer():
    return tf.keras.optimizers.SGD(learning_rate=0.05)


# %% loop
class FalseAlarms(tf.keras.metrics.Metric):
    """A metric: the share of wrong ones among those that were called benign."""

    def __init__(self):
        super().__init__(name="false_alarms")
        self.wrong = self.add_weight(shape=(), initializer="zeros", name="wrong")
        self.called = self.add_weight(shape=(), initializer="zeros", name="called")

    def update_state(self, y, logits, sample_weight=None):
        called = tf.cast(logits > 0, tf.float32)
        self.wrong.assign_add(tf.reduce_sum(called * (1 - tf.cast(y, tf.float32))))
        self.called.assign_add(tf.reduce_sum(called))

    def result(self):
        return self.wrong / tf.maximum(self.called, 1.0)


class Recorder(tf.keras.callbacks.Callback):
    """A callback: it is told of each step."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


def train(model, epochs=2):
    recorder = Recorder()
    model.compile(optimizer=make_optimizer(), loss=FocalLoss(), metrics=[FalseAlarms()])
    model.fit(batches(), epochs=epochs, callbacks=[recorder], verbose=0)
    return recorder.losses


# %% evaluation
def predict(model):
    """The logits of the tumours held back, and the metric over all that were learnt from."""
    metric = FalseAlarms()
    for x, y in batches():
        metric.update_state(y, model(x, training=False))
    x, _ = breast_cancer()
    logits = model(x[500:], training=False)
    return tf.concat([logits[:, 0], [metric.result()]], axis=0)


# %% saving
def save_and_load(model, folder):
    model.save_weights(folder / "model.weights.h5")
    restored = build()
    restored.load_weights(folder / "model.weights.h5")
    return restored


# %% run
if __name__ == "__main__":
    model = build()
    for number, loss in enumerate(train(model), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
    print(f"false alarms: {predict(model)[-1]:.2%}")
