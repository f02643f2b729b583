"""Mixed precision in TensorFlow: products in bfloat16, weights in float32."""

import tensorflow as tf

from examples.programs.datasets import digits


# %% data
def batches():
    x, y = digits()
    return tf.data.Dataset.from_tensor_slices((x[:1500], y[:1500])).batch(30)


# %% model
def build(policy="mixed_bfloat16"):
    return tf.keras.Sequential(
        [
            tf.keras.Input((8, 8)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(32, activation="relu", dtype=policy),
            tf.keras.layers.Dense(10, dtype=policy),
        ]
    )


def forward(model, x):
    return tf.cast(model(x), tf.float32)


# %% loss
def make_loss():
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=6):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, forward(model, x))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(x, y).numpy() for _ in range(epochs) for x, y in batches()]


# %% evaluation
def predict(model):
    x, _ = digits()
    return forward(model, x[1500:])


# %% saving
def save_and_load(model, folder):
    model.save_weights(folder / "model.weights.h5")
    restored = build()
    restored.load_weights(folder / "model.weights.h5")
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
