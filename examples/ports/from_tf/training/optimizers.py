import tensorflow as tf

results = []
for make in (
    lambda: tf.keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    lambda: tf.keras.optimizers.RMSprop(0.01),
    lambda: tf.keras.optimizers.AdamW(0.02, weight_decay=0.01),
    lambda: tf.keras.optimizers.Adagrad(0.1),
):
    optimizer = make()
    v = tf.Variable([1.0, -2.0])
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v**4)
        optimizer.apply_gradients([(tape.gradient(loss, v), v)])
    results.append(v.numpy())
out = results
