"""Keras scripts ported to PyTorch by hand, with what the database answers and nothing else.

`in_keras/NAME.py` is a script as people write it, `in_torch/NAME.py` its port; `prove` trains both from the same
weights.
"""
