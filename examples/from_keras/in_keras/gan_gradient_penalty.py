"""A generator against a critic whose gradient is held near one: a tape within a tape."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

RNG = np.random.default_rng(2)
REAL = (RNG.normal(size=(6, 16, 3)) * 0.5 + 1).astype("float32")
NOISE = RNG.normal(size=(6, 16, 4)).astype("float32")
MIX = RNG.uniform(size=(6, 16, 1)).astype("float32")


def build():
    generator = tf.keras.Sequential(
        [
            tf.keras.Input((4,)),
            layers.Dense(8, name="g1"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dense(3, name="g2"),
        ]
    )
    critic = tf.keras.Sequential(
        [
            tf.keras.Input((3,)),
            layers.Dense(8, activation="tanh", name="c1"),
            layers.Dense(1, name="c2"),
        ]
    )
    return {"generator": generator, "critic": critic}


def train(models):
    generator, critic = models["generator"], models["critic"]
    g_optimizer = tf.keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9)
    c_optimizer = tf.keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.9)
    losses = []
    for real, noise, mix in zip(REAL, NOISE, MIX, strict=True):
        with tf.GradientTape() as tape:
            fake = generator(noise, training=True)
            between = mix * real + (1 - mix) * fake
            with tf.GradientTape() as inner:
                inner.watch(between)
                score = critic(between, training=True)
            slope = tf.norm(inner.gradient(score, between), axis=1)
            penalty = tf.reduce_mean((slope - 1.0) ** 2)
            c_loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real)) + 10.0 * penalty
        gradients = tape.gradient(c_loss, critic.trainable_variables)
        c_optimizer.apply_gradients(zip(gradients, critic.trainable_variables, strict=True))
        with tf.GradientTape() as tape:
            g_loss = -tf.reduce_mean(critic(generator(noise, training=True)))
        gradients = tape.gradient(g_loss, generator.trainable_variables)
        g_optimizer.apply_gradients(zip(gradients, generator.trainable_variables, strict=True))
        losses.append((float(c_loss), float(g_loss)))
    return losses


def predict(models):
    return models["generator"](NOISE[0]).numpy()
