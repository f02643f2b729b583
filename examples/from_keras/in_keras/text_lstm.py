"""Reviews that are good or bad: words to numbers, a masked embedding, an LSTM in both directions."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

RNG = np.random.default_rng(3)
WORDS = ["Good", "bad,", "movie", "plot!", "the", "a", "never", "dull", "bright", "end."]
TEXTS = [" ".join(RNG.choice(WORDS, size=RNG.integers(2, 8))) for _ in range(40)]
LABELS = np.array([[float("good" in text.lower())] for text in TEXTS], "float32")


def build():
    vectorize = layers.TextVectorization(max_tokens=12, output_sequence_length=7)
    vectorize.adapt(TEXTS)
    inputs = tf.keras.Input((7,), dtype="int64")
    x = layers.Embedding(12, 6, mask_zero=True, name="embed")(inputs)
    x = layers.Bidirectional(layers.LSTM(5), name="both")(x)
    model = tf.keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="head")(x))
    model.vectorize = vectorize
    return model


def train(model):
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    ids = model.vectorize(TEXTS)
    history = model.fit(ids, LABELS, batch_size=8, epochs=3, verbose=0, shuffle=False)
    return [history.history[key] for key in ("loss", "accuracy")]


def predict(model):
    return model.predict(model.vectorize(TEXTS), verbose=0)
