"""The loop in PyTorch: the penalty is a line of its own, and the clipping is done in place."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Dense, L2 = drop_in("tf.keras.layers.Dense"), drop_in("tf.keras.regularizers.L2")
CrossEntropy = drop_in("tf.keras.losses.SparseCategoricalCrossentropy")
ExponentialDecay = drop_in("tf.keras.optimizers.schedules.ExponentialDecay")
SGD, Mean = drop_in("tf.keras.optimizers.SGD"), drop_in("tf.keras.metrics.Mean")
Accuracy = drop_in("tf.keras.metrics.SparseCategoricalAccuracy")
from_tensor_slices, batch = (drop_in(f"tf.data.Dataset.{name}") for name in ("from_tensor_slices", "batch"))

RNG = np.random.default_rng(7)
ROWS = RNG.normal(size=(40, 6)).astype("float32")
LABELS = RNG.integers(0, 3, size=40)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.head = Dense(10, activation="relu"), Dense(3)

    def forward(self, x):
        return self.head(self.hidden(x))


def build():
    model = Model()
    model(torch.from_numpy(ROWS[:2]))
    return model


def train(model):
    loss_fn, penalty = CrossEntropy(from_logits=True), L2(0.01)
    optimizer = SGD(ExponentialDecay(0.2, decay_steps=4, decay_rate=0.5, staircase=True))(model.parameters())
    mean, right = Mean(), Accuracy()
    dataset = batch(from_tensor_slices((ROWS, LABELS)), 10)
    losses = []
    for _ in range(3):
        mean.reset_state()
        right.reset_state()
        for x, y in dataset:
            logits = model(x)
            loss = loss_fn(y, logits) + penalty(model.hidden.weight)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            mean.update_state(loss.detach())
            right.update_state(y, logits.detach())
            losses.append(loss.item())
        losses += [float(mean.result()), float(right.result())]
    return losses


def predict(model):
    with torch.no_grad():
        return torch.softmax(model(torch.from_numpy(ROWS)), -1).numpy()
