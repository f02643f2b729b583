"""The Zen of Python, letter by letter, in TensorFlow: an embedding, a GRU, and clipped gradients."""

import tensorflow as tf

from examples.programs.datasets import zen

LETTERS = 45


# %% data
def batches():
    x, y, _ = zen(length=24)
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(7)


# %% model
def build():
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Embedding(LETTERS, 16),
            tf.keras.layers.GRU(32, return_sequences=True, name="forward0"),
            tf.keras.layers.Dense(LETTERS),
        ]
    )
    model(tf.zeros((1, 24), tf.int64))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% optimizer
class TorchAdam(tf.keras.optimizers.Optimizer):
    """PyTorch's Adam adds epsilon after the correction of the root, Keras before it."""

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.firsts = self.add_optimizer_variables(variables, "first")
            self.seconds = self.add_optimizer_variables(variables, "second")

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        first, second = self.firsts[index], self.seconds[index]
        step = tf.cast(self.iterations + 1, variable.dtype)
        self.assign(first, 0.9 * first + 0.1 * gradient)
        self.assign(second, 0.999 * second + 0.001 * gradient**2)
        root = tf.sqrt(second / (1 - 0.999**step)) + 1e-8
        self.assign_sub(variable, tf.cast(learning_rate, variable.dtype) * first / (1 - 0.9**step) / root)


def make_optimizer(model):
    optimizer = TorchAdam(learning_rate=0.005, global_clipnorm=0.3)
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


# %% evaluation
def predict(model):
    x = zen(length=24)[0]
    return tf.nn.softmax(model(x, training=False), axis=-1)


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
    y = zen(length=24)[1]
    print(f"letters foreseen: {(predict(model).numpy().argmax(-1) == y).mean():.1%}")
