import tensorflow as tf

x = tf.constant([0.1, 0.5, 0.9])
out = [
    tf.exp(x), tf.math.log(x), tf.sqrt(x), tf.math.rsqrt(x), tf.square(x), tf.sin(x), tf.math.tanh(x), tf.sigmoid(x),
    tf.math.log1p(x), tf.math.expm1(x), tf.abs(-x), tf.sign(x), tf.round(x * 10 / 3), tf.floor(x), tf.math.ceil(x),
    tf.clip_by_value(x, 0.2, 0.6), tf.math.erf(x), tf.math.softplus(x), tf.math.reciprocal(x), tf.math.atan2(x, x + 1),
]
