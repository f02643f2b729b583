import tensorflow as tf

data = tf.data.Dataset.from_tensor_slices([1, 2, 3, 4]).batch(2)
out = [batch for batch in data]
