"""DeepFM in TensorFlow: which way of travelling will somebody choose?"""

import tensorflow as tf

from examples.programs.datasets import travel

FIELDS = [4, 6, 4, 4, 4, 4]  # ways, sizes of a party, quartiles of income, price, waiting and travelling time


# %% data
def features():
    rows = {name: tf.convert_to_tensor(column) for name, column in travel().items()}
    buckets = tf.searchsorted(
        tf.transpose(rows["quartiles"]), tf.transpose(rows["measures"]), side="left", out_type=tf.int64
    )
    starts = tf.cumsum([0, *FIELDS[:-1]])  # all fields share one table of embeddings
    fields = tf.stack([rows["way"], rows["party"], *tf.unstack(buckets)], axis=1) + tf.cast(starts, tf.int64)
    return fields, rows["numbers"], rows["chosen"][:, None]


def batches():
    fields, numbers, chosen = features()
    return tf.data.Dataset.from_tensor_slices((fields[:600], numbers[:600], chosen[:600])).batch(60)


# %% model
class DeepFM(tf.keras.Model):
    def __init__(self, width=8):
        super().__init__()
        self.first = tf.keras.layers.Embedding(sum(FIELDS), 1)
        self.linear = tf.keras.layers.Dense(1)
        self.vectors = tf.keras.layers.Embedding(sum(FIELDS), width)
        self.hidden = tf.keras.layers.Dense(32)
        self.head = tf.keras.layers.Dense(1)

    def call(self, fields, numbers):
        linear = tf.reduce_sum(self.first(fields), axis=1) + self.linear(numbers)
        v = self.vectors(fields)
        pairs = 0.5 * tf.reduce_sum(tf.reduce_sum(v, axis=1) ** 2 - tf.reduce_sum(v**2, axis=1), axis=1, keepdims=True)
        deep = tf.concat([tf.reshape(v, (-1, v.shape[1] * v.shape[2])), numbers], axis=1)
        return linear + pairs + self.head(tf.nn.relu(self.hidden(deep)))


def build():
    model = DeepFM()
    model(tf.zeros((1, len(FIELDS)), tf.int64), tf.zeros((1, 3)))
    return model


# %% loss
def make_loss():
    return tf.keras.losses.BinaryCrossentropy(from_logits=True)


# %% optimizer
def make_optimizer(model):
    optimizer = tf.keras.optimizers.Adagrad(learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-20)
    optimizer.build(model.trainable_variables)
    return optimizer


# %% loop
def train(model, epochs=4):
    loss_of, optimizer = make_loss(), make_optimizer(model)

    @tf.function
    def step(fields, numbers, chosen):
        with tf.GradientTape() as tape:
            loss = loss_of(chosen, model(fields, numbers))
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, model.trainable_variables)]
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    return [step(*batch).numpy() for _ in range(epochs) for batch in batches()]


# %% evaluation
def predict(model):
    fields, numbers, _ = features()
    return tf.sigmoid(model(fields[600:], numbers[600:]))


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
    chosen = features()[2][600:].numpy()
    print(f"right: {((predict(model).numpy() > 0.5) == chosen).mean():.1%}")
