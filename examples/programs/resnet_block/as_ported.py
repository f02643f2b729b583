"""The same as it is found in many ports: padding="same" everywhere, and normalisation with its defaults."""

import tensorflow as tf

from examples.programs.resnet_block.in_tf import batches, make_loss, make_optimizer, predict

__all__ = ["build", "predict", "train"]


# %% model
class ResidualBlock(tf.keras.layers.Layer):
    def __init__(self, channels, stride):
        super().__init__()
        self.conv1 = tf.keras.layers.Conv2D(2 * channels, 3, strides=stride, padding="same", use_bias=False)
        self.norm1 = tf.keras.layers.BatchNormalization()
        self.conv2 = tf.keras.layers.Conv2D(2 * channels, 3, padding="same", use_bias=False)
        self.norm2 = tf.keras.layers.BatchNormalization()
        self.shortcut = tf.keras.layers.Conv2D(2 * channels, 1, strides=stride, use_bias=False)
        self.norm3 = tf.keras.layers.BatchNormalization()

    def call(self, x, training=False):
        h = tf.nn.relu(self.norm1(self.conv1(x), training=training))
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
