"""The same with the mean loss of each device, as one writes it for a single device."""

import tensorflow as tf

from examples.programs.several_devices.in_tf import batches, build, make_optimizer, predict

__all__ = ["build", "predict", "train"]


# %% loss
def loss_of(y, logits):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))


# %% loop
def train(model):
    plan = model.distribute_strategy
    with plan.scope():
        optimizer = make_optimizer(model)

    def on_each(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    @tf.function
    def step(batch):
        return plan.reduce(tf.distribute.ReduceOp.MEAN, plan.run(on_each, args=batch), axis=None)

    return [step(batch).numpy() for batch in plan.experimental_distribute_dataset(batches())]
