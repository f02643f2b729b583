import tensorflow as tf

table = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
places = tf.constant([2, 0, 2])
mask = tf.constant([True, False, True])
out = [
    tf.gather(table, places), tf.gather(table, [1, 0], axis=1), tf.gather_nd(table, [[0, 1], [2, 0]]),
    tf.boolean_mask(table, mask), tf.where(mask), tf.one_hot(places, 3), tf.one_hot([0, 1], depth=2, on_value=5.0),
    tf.nn.embedding_lookup(table, places), tf.gather(table, [[0], [1]], batch_dims=0),
]
