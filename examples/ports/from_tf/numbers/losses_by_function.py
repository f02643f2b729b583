import tensorflow as tf

logits = tf.constant([[2.0, -1.0, 0.5], [0.1, 0.2, 0.3]])
labels = tf.constant([0, 2])
truths = tf.constant([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
out = [
    tf.nn.softmax_cross_entropy_with_logits(labels=truths, logits=logits),
    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits),
    tf.nn.sigmoid_cross_entropy_with_logits(labels=truths, logits=logits), tf.nn.l2_loss(logits),
    tf.nn.l2_normalize(logits, axis=-1), tf.reduce_mean(tf.square(logits - truths)),
]
