"""Scripts in Keras, each with `build`, `train`, which returns the loss of each step or epoch, and `predict`."""
