"""A transformer encoder block in TensorFlow, pre-norm, with a causal mask, trained to foresee the next letter."""

import tensorflow as tf

from examples.programs.datasets import zen

LETTERS, LENGTH, WIDTH, HEADS = 45, 24, 32, 4


# %% data
def batches():
    x, y, _alphabet = zen(LENGTH)
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(7)


# %% model
class Block(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.norm1 = tf.keras.layers.LayerNormalization(epsilon=1e-5)
        self.attention = tf.keras.layers.MultiHeadAttention(HEADS, key_dim=WIDTH // HEADS)
        self.norm2 = tf.keras.layers.LayerNormalization(epsilon=1e-5)
        self.wide = tf.keras.layers.Dense(4 * WIDTH)
        self.narrow = tf.keras.layers.Dense(WIDTH)

    def call(self, x):
        earlier = tf.linalg.band_part(tf.ones((LENGTH, LENGTH), tf.bool), -1, 0)
        h = self.norm1(x)
        x = x + self.attention(h, h, attention_mask=earlier)
        return x + self.narrow(tf.nn.gelu(self.wide(self.norm2(x))))


class Model(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(LETTERS, WIDTH)
        self.block = Block()
        self.head = tf.keras.layers.Dense(LETTERS)

    def call(self, x):
        return self.head(self.block(self.embedding(x)))


def build():
    model = Model()
    model(tf.zeros((1, LENGTH), tf.int64))
    return model


# %% loss
def loss_of(logits, y):
    smooth = tf.one_hot(y, LETTERS) * 0.9 + 0.1 / LETTERS
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=smooth, logits=logits))


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
    optimizer = TorchAdam(learning_rate=0.001)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=2):
    optimizer = make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(model(x, training=True), y)
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, model.trainable_variables)]
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]


# %% evaluation
def predict(model):
    x = zen(LENGTH)[0]
    return model(x, training=False)


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
