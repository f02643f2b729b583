"""Tumours told apart by thirty measurements in TensorFlow: a table, batch normalisation, a falling learning rate."""

import tensorflow as tf

from examples.programs.datasets import breast_cancer


# %% data
def batches():
    x, y = breast_cancer()
    return tf.data.Dataset.from_tensor_slices((x[:500], y[:500, None])).batch(50)


# %% model
class BatchNorm(tf.keras.layers.BatchNormalization):
    """Keeps PyTorch's running variance: of n values the sum of squares is divided by n - 1, in Keras by n."""

    def call(self, x, training=False):
        before = self.momentum * self.moving_variance
        y = super().call(x, training=training)
        if training:
            n = tf.cast(tf.size(x) / x.shape[-1], x.dtype)
            self.moving_variance.assign(before + (self.moving_variance - before) * n / (n - 1))
        return y


def build():
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(32, use_bias=False),
            BatchNorm(momentum=0.9, epsilon=1e-5),
            tf.keras.layers.ReLU(),
            tf.keras.layers.Dense(1),
        ]
    )
    model(tf.zeros((1, 30)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
class TorchSGD(tf.keras.optimizers.Optimizer):
    """PyTorch's order: decay into the gradient, gradient into the velocity, and only then the learning rate."""

    def __init__(self, learning_rate, momentum, weight_decay):
        super().__init__(learning_rate=learning_rate)
        self.momentum, self.decay = momentum, weight_decay

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        self.assign(velocity, self.momentum * velocity + gradient + self.decay * variable)
        self.assign_sub(variable, tf.cast(learning_rate, variable.dtype) * velocity)


def make_optimizer(model):
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=20, decay_rate=0.1, staircase=True)
    optimizer = TorchSGD(schedule, momentum=0.9, weight_decay=0.01)
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


# %% evaluation
def predict(model):
    x, _ = breast_cancer()
    return tf.sigmoid(model(x[500:], training=False))


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
    _, y = breast_cancer()
    print(f"right: {((predict(model)[:, 0].numpy() > 0.5) == y[500:]).mean():.1%}")
