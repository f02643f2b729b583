"""Handwritten digits in TensorFlow: convolutions, batch normalisation, dropout and augmentation."""

import tensorflow as tf

from examples.programs.datasets import digits, dropout_masks, shifts


# %% data
def batches():
    x, y = digits()
    return tf.data.Dataset.from_tensor_slices((x[:1500, :, :, None], y[:1500])).batch(60)


def augmented(x, shift):
    return tf.roll(x, shift, axis=(1, 2))


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


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.pad = tf.keras.layers.ZeroPadding2D(1)
        self.conv1 = tf.keras.layers.Conv2D(8, 3, strides=2, use_bias=False)
        self.norm1 = BatchNorm(momentum=0.9, epsilon=1e-5)
        self.conv2 = tf.keras.layers.Conv2D(16, 3, padding="same", use_bias=False)
        self.norm2 = BatchNorm(momentum=0.9, epsilon=1e-5)
        self.pool = tf.keras.layers.MaxPool2D(2)
        self.head = tf.keras.layers.Dense(10)

    def call(self, x, dropped=1.0, training=False):
        x = tf.nn.relu(self.norm1(self.conv1(self.pad(x)), training=training))
        x = tf.nn.relu(self.norm2(self.conv2(x), training=training))
        x = tf.transpose(self.pool(x), (0, 3, 1, 2))  # channels first, as the weights of the head expect
        return self.head(tf.reshape(x, (-1, 64)) * dropped)


def build():
    model = Net()
    model(tf.zeros((1, 8, 8, 1)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.05, momentum=0.9)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=2):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    masks = tf.convert_to_tensor(dropout_masks((50, 60, 64), rate=0.25, seed=1))
    moves = tf.convert_to_tensor(shifts(50, seed=2))

    @tf.function
    def train_step(x, y, mask, move):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(augmented(x, move), mask, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    losses = []
    for _ in range(epochs):
        for x, y in batches():
            step = len(losses)
            losses.append(train_step(x, y, masks[step], moves[step]).numpy())
    return losses


# %% evaluation
def predict(model):
    x, _ = digits()
    return model(x[1500:, :, :, None], training=False)


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
    _, y = digits()
    print(f"right: {(predict(model).numpy().argmax(1) == y[1500:]).mean():.1%}")
