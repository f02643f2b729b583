"""The same, translated by name: padding, momentum and epsilon look alike and are not."""

import tensorflow as tf

from examples.programs.datasets import dropout_masks, shifts
from examples.programs.images_digits.in_tf import augmented, batches, make_loss, make_optimizer, predict

__all__ = ["build", "predict", "train"]


# %% model
class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = tf.keras.layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)
        self.norm1 = tf.keras.layers.BatchNormalization(momentum=0.1)
        self.conv2 = tf.keras.layers.Conv2D(16, 3, padding="same", use_bias=False)
        self.norm2 = tf.keras.layers.BatchNormalization(momentum=0.1)
        self.pool = tf.keras.layers.MaxPool2D(2)
        self.head = tf.keras.layers.Dense(10)

    def call(self, x, dropped=1.0, training=False):
        x = tf.nn.relu(self.norm1(self.conv1(x), training=training))
        x = tf.nn.relu(self.norm2(self.conv2(x), training=training))
        return self.head(tf.reshape(self.pool(x), (-1, 64)) * dropped)


def build():
    model = Net()
    model(tf.zeros((1, 8, 8, 1)))
    return model


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
