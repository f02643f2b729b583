import tensorflow as tf

x = tf.constant([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]])
out = [
    tf.nn.relu(x), tf.nn.softmax(x), tf.nn.softmax(x, axis=0), tf.nn.log_softmax(x), tf.nn.leaky_relu(x), tf.nn.elu(x),
    tf.nn.selu(x), tf.nn.gelu(x), tf.nn.gelu(x, approximate=True), tf.nn.silu(x), tf.nn.relu6(x * 3),
    tf.keras.activations.relu(x, negative_slope=0.1), tf.keras.activations.hard_sigmoid(x),
]
