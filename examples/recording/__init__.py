"""What Keras's own tests feed to its public names, kept as specifications from which inputs are drawn.

`python -m examples.recording` runs the tests that Keras's wheel carries with its public callables wrapped, and writes
`examples/recording/data/`; nothing in there is an array. The sweep of TensorFlow names draws its samples from it.
"""
