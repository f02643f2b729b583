"""Training on several devices in TensorFlow: each takes a part of the batch, the gradients are put together."""

import tensorflow as tf

from examples.programs.datasets import digits

BATCH = 60


# %% data
def batches():
    x, y = digits()
    return tf.data.Dataset.from_tensor_slices((x[:1200], y[:1200])).batch(BATCH)


# %% model
def devices():
    """All GPUs; without any, two logical CPUs. They must be set up before TensorFlow computes anything."""
    if tf.config.list_physical_devices("GPU"):
        return tf.config.list_logical_devices("GPU")
    (cpu,) = tf.config.list_physical_devices("CPU")
    if not tf.config.get_logical_device_configuration(cpu):
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    return tf.config.list_logical_devices("CPU")


def strategy():
    return tf.distribute.MirroredStrategy([device.name for device in devices()])


def network():
    return tf.keras.Sequential(
        [
            tf.keras.Input((8, 8)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(32, activation="relu"),
            tf.keras.layers.Dense(10),
        ]
    )


def build():
    with strategy().scope():  # variables made here live on every device
        return network()


# %% loss
def make_loss():
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model):
    plan = model.distribute_strategy
    with plan.scope():
        loss_of, optimizer = make_loss(), make_optimizer(model)

    def on_each(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True)) / BATCH
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))  # adds up over devices
        return loss

    @tf.function
    def step(batch):
        return plan.reduce(tf.distribute.ReduceOp.SUM, plan.run(on_each, args=batch), axis=None)

    return [step(batch).numpy() for batch in plan.experimental_distribute_dataset(batches())]


# %% evaluation
def predict(model):
    x, _ = digits()
    return model(x[1200:], training=False)


# %% saving
def save_and_load(model, folder):
    model.save_weights(folder / "model.weights.h5")
    restored = network()  # on one device
    restored.load_weights(folder / "model.weights.h5")
    return restored


# %% run
if __name__ == "__main__":
    for number, loss in enumerate(train(build()), start=1):
        print(f"step {number:3d}  loss {loss:.6f}")
