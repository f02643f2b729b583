"""A classifier with one hidden layer in TensorFlow, low level: tensors, gradients, and nothing else."""

import tensorflow as tf

from examples.programs.datasets import iris


# %% data
def batches():
    x, y = (tf.convert_to_tensor(array) for array in iris())
    return zip(tf.split(x, 5), tf.split(y, 5), strict=True)


# %% model
def build():
    return {
        "w1": tf.Variable(0.5 * tf.random.normal((4, 8))),
        "b1": tf.Variable(tf.zeros(8)),
        "w2": tf.Variable(0.5 * tf.random.normal((8, 1))),
        "b2": tf.Variable(tf.zeros(1)),
    }


def forward(model, x):
    hidden = tf.tanh(x @ model["w1"] + model["b1"])
    return tf.squeeze(hidden @ model["w2"] + model["b2"], 1)


# %% loss
def loss_of(logits, y):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))


# %% optimizer
def step(model, gradients, learning_rate):
    for variable, gradient in zip(model.values(), gradients, strict=True):
        variable.assign_sub(learning_rate * gradient)


# %% loop
def train(model, epochs=12):
    losses = []
    for _ in range(epochs):
        for x, y in batches():
            with tf.GradientTape() as tape:
                loss = loss_of(forward(model, x), y)
            gradients = tape.gradient(loss, list(model.values()))
            step(model, gradients, learning_rate=0.2)
            losses.append(loss.numpy())
    return losses


# %% evaluation
def predict(model):
    x, _ = iris()
    return tf.sigmoid(forward(model, x))


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
