"""Linear regression in TensorFlow, middle level: a layer, a loss and an optimizer, and a loop of one's own."""

import tensorflow as tf

from examples.programs.datasets import diabetes


# %% data
def batches():
    x, y = diabetes()
    return tf.data.Dataset.from_tensor_slices((x, y[:, None])).batch(40)


# %% model
def build():
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model(tf.zeros((1, 10)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.MeanSquaredError()


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.001, momentum=0.9)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=5):
    loss_of, optimizer = make_loss(), make_optimizer(model)
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            with tf.GradientTape() as tape:
                loss = loss_of(y, model(x, training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
            losses.append(loss.numpy())
    return losses


# %% evaluation
def predict(model):
    return tf.concat([model(x, training=False) for x, _ in batches()], axis=0)


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
