import tensorflow as tf

x = tf.zeros([4, 2])
places = tf.constant([[1], [3]])
values = tf.constant([[1.0, 2.0], [3.0, 4.0]])
out = [
    tf.tensor_scatter_nd_update(x, places, values), tf.tensor_scatter_nd_add(x + 1, places, values),
    tf.scatter_nd(places, values, [5, 2]), tf.math.segment_sum(values, tf.constant([0, 0])),
    tf.math.unsorted_segment_sum(values, tf.constant([1, 0]), 3),
]
