"""The text of TensorFlow's sources in PyTorch: what its tensors, variables, tapes and Keras's models do otherwise.

May import the text of statements and expressions, plans, what is written, and source.
"""
