import tensorflow as tf

a = tf.constant([[4.0, 1.0], [1.0, 3.0]])
b = tf.constant([[1.0], [2.0]])
out = [
    tf.linalg.inv(a), tf.linalg.det(a), tf.linalg.solve(a, b), tf.linalg.cholesky(a), tf.linalg.diag([1.0, 2.0]),
    tf.linalg.diag_part(a), tf.linalg.trace(a), tf.norm(a), tf.norm(a, ord=1, axis=0), tf.linalg.matvec(a, [1.0, 2.0]),
    tf.matmul(a, b, transpose_a=True), tf.tensordot(a, b, axes=1), tf.einsum("ij,kj->ik", a, a), tf.linalg.adjoint(a),
]
