"""The same with the policy of a shorter name, which keeps the weights in bfloat16 as well."""

import tensorflow as tf

from examples.programs.mixed_precision.in_tf import predict, train

__all__ = ["build", "predict", "train"]


# %% model
def build(policy="bfloat16"):
    return tf.keras.Sequential(
        [
            tf.keras.Input((8, 8)),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(32, activation="relu", dtype=policy),
            tf.keras.layers.Dense(10, dtype=policy),
        ]
    )
