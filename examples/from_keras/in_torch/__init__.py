"""The same in PyTorch. Layers have the names of the Keras layers, so that their weights are found."""
