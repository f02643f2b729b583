import tensorflow as tf

rows = tf.constant([[1.0, 2.0], [3.0, 4.0]])
total = tf.zeros(2)
for row in rows:
    total = total + row
squares = [tf.square(r) for r in tf.unstack(rows)]
text = f"sum {tf.reduce_sum(rows):.1f}, first {float(rows[0, 0])}"
steps = 0
while tf.reduce_sum(total) > 1.0:
    total = total / 2
    steps += 1
out = [total, squares, text, steps, len(rows), int(rows[1, 1]), rows.numpy().tolist()]
