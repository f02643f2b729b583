"""A residual block in TensorFlow: two convolutions, a shortcut with a stride, batch normalisation."""

import tensorflow as tf

from examples.programs.datasets import digits


# %% data
def batches():
    x, y = digits()
    return tf.data.Dataset.from_tensor_slices((x[:500, :, :, None], y[:500])).batch(50)


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


class ResidualBlock(tf.keras.layers.Layer):
    def __init__(self, channels, stride):
        super().__init__()
        self.pad = tf.keras.layers.ZeroPadding2D(1)
        self.conv1 = tf.keras.layers.Conv2D(2 * channels, 3, strides=stride, use_bias=False)
        self.norm1 = BatchNorm(momentum=0.9, epsilon=1e-5)
        self.conv2 = tf.keras.layers.Conv2D(2 * channels, 3, padding="same", use_bias=False)
        self.norm2 = BatchNorm(momentum=0.9, epsilon=1e-5)
        self.shortcut = tf.keras.layers.Conv2D(2 * channels, 1, strides=stride, use_bias=False)
        self.norm3 = BatchNorm(momentum=0.9, epsilon=1e-5)

    def call(self, x, training=False):
        h = tf.nn.relu(self.norm1(self.conv1(self.pad(x)), training=training))
        h = self.norm2(self.conv2(h), training=training)
        return tf.nn.relu(h + self.norm3(self.shortcut(x), training=training))


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.stem = tf.keras.layers.Conv2D(8, 3, padding="same")
        self.block = ResidualBlock(8, stride=2)
        self.pool = tf.keras.layers.GlobalAveragePooling2D()
        self.head = tf.keras.layers.Dense(10)

    def call(self, x, training=False):
        x = self.block(self.stem(x), training=training)
        return self.head(self.pool(x))


def build():
    model = Model()
    model(tf.zeros((1, 8, 8, 1)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for x, y in batches()]


# %% evaluation
def predict(model):
    x, _ = digits()
    return model(x[500:700, :, :, None], training=False)


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
