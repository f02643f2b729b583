import tensorflow as tf

x = tf.constant([1.0, 2.0, 0.5, -1.0])
z = tf.complex(x, x * 2)
out = [
    tf.math.real(z), tf.math.imag(z), tf.math.conj(z), tf.abs(z), tf.math.angle(z), tf.signal.rfft(x),
    tf.signal.irfft(tf.signal.rfft(x)), tf.signal.fft(z),
]
