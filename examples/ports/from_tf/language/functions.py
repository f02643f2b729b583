from typing import Optional

import tensorflow as tf


@tf.function
def scaled(x: tf.Tensor, by: float = 2.0) -> tf.Tensor:
    """A tensor, scaled."""
    return x * by


@tf.function(reduce_retracing=True)
def halves(x: tf.Tensor, other: Optional[tf.Tensor] = None):
    if other is None:
        other = tf.zeros_like(x)
    return x / 2 + other


x = tf.constant([1.0, 2.0])
apply = lambda t: tf.reduce_sum(t) * 3
out = [scaled(x), scaled(x, by=4.0), halves(x), halves(x, x), apply(x)]
