import tensorflow as tf

schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)
optimizer = tf.keras.optimizers.SGD(learning_rate=schedule)
v = tf.Variable(4.0)
seen = []
for step in range(5):
    with tf.GradientTape() as tape:
        loss = v * v
    optimizer.apply_gradients(zip([tape.gradient(loss, v)], [v]))
    seen.append(float(v))
out = seen
