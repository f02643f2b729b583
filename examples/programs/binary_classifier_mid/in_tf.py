"""A binary classifier in TensorFlow, middle level: layers, a loss and an optimizer, and a loop of one's own."""

import tensorflow as tf

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = iris()
    return tf.data.Dataset.from_tensor_slices((x, y[:, None])).batch(20)


# %% model
def build():
    return tf.keras.Sequential(
        [tf.keras.layers.Input((4,)), tf.keras.layers.Dense(16, activation="relu"), tf.keras.layers.Dense(1)]
    )


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=12):
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
    return tf.concat([tf.sigmoid(model(x, training=False)) for x, _ in batches()], axis=0)


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
