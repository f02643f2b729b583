"""Next year's sunspots in TensorFlow: an LSTM over the twelve years before."""

import tensorflow as tf

from examples.programs.datasets import sunspots


# %% data
def batches():
    x, y = sunspots(window=12)
    return tf.data.Dataset.from_tensor_slices((x[:240], y[:240, None])).batch(24)


# %% model
def build():
    model = tf.keras.Sequential([tf.keras.layers.LSTM(16, name="forward0"), tf.keras.layers.Dense(1)])
    model(tf.zeros((1, 12, 1)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.Huber()


# %% optimizer
class TorchRMSprop(tf.keras.optimizers.Optimizer):
    """PyTorch's RMSprop adds epsilon to the root, Keras under it. `paired`: variables that stand for a sum of two."""

    def __init__(self, learning_rate, alpha=0.99, eps=1e-8, paired=()):
        super().__init__(learning_rate=learning_rate)
        self.alpha, self.eps, self.paired = alpha, eps, [id(variable) for variable in paired]

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.squares = self.add_optimizer_variables(variables, "square")
            self.times = [2 if id(variable) in self.paired else 1 for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        square = self.squares[index]
        self.assign(square, self.alpha * square + (1 - self.alpha) * gradient**2)
        step = gradient / (tf.sqrt(tf.convert_to_tensor(square)) + self.eps)
        self.assign_sub(variable, self.times[index] * tf.cast(learning_rate, variable.dtype) * step)


def make_optimizer(model):
    biases = [variable for variable in model.layers[0].trainable_variables if variable.name == "bias"]
    optimizer = TorchRMSprop(0.005, paired=biases)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=5):
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
    x, _ = sunspots(window=12)
    return model(x[240:], training=False)


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
    _, y = sunspots(window=12)
    print(f"mean error {abs(predict(model)[:, 0].numpy() - y[240:]).mean():.3f} standard deviations")
