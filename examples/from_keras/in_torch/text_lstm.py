"""The same in PyTorch: the mask, which Keras passes along by itself, is an argument."""

import numpy as np
from torch import nn

from examples.from_keras.answers import drop_in

TextVectorization, Embedding = drop_in("tf.keras.layers.TextVectorization"), drop_in("tf.keras.layers.Embedding")
LSTM, Bidirectional = drop_in("tf.keras.layers.LSTM"), drop_in("tf.keras.layers.Bidirectional")
Dense = drop_in("tf.keras.layers.Dense")
compile, fit, predict_all = (drop_in(f"tf.keras.Model.{name}") for name in ("compile", "fit", "predict"))

RNG = np.random.default_rng(3)
WORDS = ["Good", "bad,", "movie", "plot!", "the", "a", "never", "dull", "bright", "end."]
TEXTS = [" ".join(RNG.choice(WORDS, size=RNG.integers(2, 8))) for _ in range(40)]
LABELS = np.array([[float("good" in text.lower())] for text in TEXTS], "float32")


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.vectorize = TextVectorization(max_tokens=12, output_sequence_length=7)
        self.vectorize.adapt(TEXTS)
        self.embed = Embedding(12, 6, mask_zero=True)
        self.both = Bidirectional(LSTM(5))
        self.head = Dense(1, activation="sigmoid")

    def forward(self, ids):
        return self.head(self.both(self.embed(ids), ids != 0))


def build():
    model = Reader()
    model(model.vectorize(TEXTS[:2]))
    return model


def train(model):
    compile(model, "sgd", "binary_crossentropy", metrics=["accuracy"])
    history = fit(model, model.vectorize(TEXTS), LABELS, batch_size=8, epochs=3, shuffle=False)
    return [history.history[key] for key in ("loss", "accuracy")]


def predict(model):
    return predict_all(model, model.vectorize(TEXTS))
