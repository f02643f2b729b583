"""The same game in PyTorch: create_graph=True is the tape around the tape."""

import numpy as np
import torch
from torch import nn

from examples.from_keras.answers import drop_in

Dense, LeakyReLU = drop_in("tf.keras.layers.Dense"), drop_in("tf.keras.layers.LeakyReLU")
Adam = drop_in("tf.keras.optimizers.Adam")

RNG = np.random.default_rng(2)
REAL = (RNG.normal(size=(6, 16, 3)) * 0.5 + 1).astype("float32")
NOISE = RNG.normal(size=(6, 16, 4)).astype("float32")
MIX = RNG.uniform(size=(6, 16, 1)).astype("float32")


class Game(nn.Module):
    def __init__(self):
        super().__init__()
        self.g1, self.bent, self.g2 = Dense(8), LeakyReLU(negative_slope=0.2), Dense(3)
        self.c1, self.c2 = Dense(8, activation="tanh"), Dense(1)

    def generator(self, noise):
        return self.g2(self.bent(self.g1(noise)))

    def critic(self, x):
        return self.c2(self.c1(x))


def build():
    game = Game()
    game.critic(game.generator(torch.from_numpy(NOISE[0])))
    return game


def train(game):
    g_weights = [*game.g1.parameters(), *game.g2.parameters()]
    c_weights = [*game.c1.parameters(), *game.c2.parameters()]
    g_optimizer = Adam(0.01, beta_1=0.5, beta_2=0.9)(g_weights)
    c_optimizer = Adam(0.01, beta_1=0.5, beta_2=0.9)(c_weights)
    losses = []
    for real, noise, mix in zip(*map(torch.from_numpy, (REAL, NOISE, MIX)), strict=True):
        fake = game.generator(noise)
        between = mix * real + (1 - mix) * fake
        (slope,) = torch.autograd.grad(game.critic(between).sum(), between, create_graph=True)
        penalty = (slope.norm(dim=1) - 1.0).square().mean()
        c_loss = game.critic(fake).mean() - game.critic(real).mean() + 10.0 * penalty
        c_optimizer.zero_grad()
        c_loss.backward(inputs=c_weights)
        c_optimizer.step()
        g_loss = -game.critic(game.generator(noise)).mean()
        g_optimizer.zero_grad()
        g_loss.backward(inputs=g_weights)
        g_optimizer.step()
        losses.append((c_loss.item(), g_loss.item()))
    return losses


def predict(game):
    with torch.no_grad():
        return game.generator(torch.from_numpy(NOISE[0])).numpy()
