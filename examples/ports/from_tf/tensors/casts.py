import tensorflow as tf

x = tf.constant([1.7, -1.7, 0.0])
whole = tf.cast(x, tf.int32)
out = [
    whole, tf.cast(whole, "float64"), tf.cast(x, dtype=tf.bool), x.dtype == tf.float32, whole.dtype == tf.int64,
    tf.zeros(2, dtype="int32"), tf.cast(x > 0, x.dtype), tf.saturate_cast(tf.constant([300, -5]), tf.uint8),
]
