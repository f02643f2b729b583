"""Linear regression in TensorFlow, low level: tensors, gradients, and nothing else."""

import numpy as np
import tensorflow as tf

from examples.programs.datasets import diabetes


# %% data
def batches():
    x, y = (tf.convert_to_tensor(array) for array in diabetes())
    for start in range(0, 400, 40):
        yield x[start : start + 40], y[start : start + 40]


# %% model
def build():
    return {
        "w": tf.Variable(tf.random.normal((10, 1))),
        "b": tf.Variable(tf.zeros(1)),
    }


def forward(model, x):
    return tf.matmul(x, model["w"]) + model["b"]


# %% loss
def loss_of(prediction, y):
    return tf.reduce_mean((tf.squeeze(prediction, 1) - y) ** 2)


# %% optimizer
def step(model, gradients, learning_rate):
    for name, variable in model.items():
        variable.assign_sub(learning_rate * gradients[name])


# %% loop
def train(model, epochs=5):
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            with tf.GradientTape() as tape:
                loss = loss_of(forward(model, x), y)
            step(model, tape.gradient(loss, model), learning_rate=0.05)
            losses.append(loss.numpy())
    return losses


# %% evaluation
def predict(model):
    x, _ = diabetes()
    return tf.squeeze(forward(model, x), 1)


# %% saving
def save_and_load(model, folder):
    for name, variable in model.items():
        (folder / name).write_bytes(tf.io.serialize_tensor(variable).numpy())
    return {name: tf.Variable(tf.io.parse_tensor((folder / name).read_bytes(), tf.float32)) for name in model}


# %% run
if __name__ == "__main__":
    model = build()
    for number, loss in enumerate(train(model), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
    _, y = diabetes()
    print(f"mean squared error {np.mean((predict(model).numpy() - y) ** 2):.4f}")
