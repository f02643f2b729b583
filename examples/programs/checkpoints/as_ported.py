"""The same with weights only, as most examples save them: the optimizer starts anew, and so does its schedule."""

import tempfile
from pathlib import Path

from examples.programs.checkpoints.in_tf import build, make_optimizer, predict, run

__all__ = ["build", "predict", "train"]


# %% loop
def train(model, epochs=2):
    """Two epochs, a checkpoint, and two more epochs with new objects: as if the program had been stopped."""
    with tempfile.TemporaryDirectory() as folder:
        stopped = build()
        stopped.set_weights(model.get_weights())
        optimizer = make_optimizer(stopped)
        losses = run(stopped, optimizer, epochs)
        save_checkpoint(Path(folder) / "checkpoint.weights.h5", stopped)

        optimizer = make_optimizer(model)
        load_checkpoint(Path(folder) / "checkpoint.weights.h5", model)
        return losses + run(model, optimizer, epochs)


# %% saving
def save_checkpoint(path, model):
    model.save_weights(path)


def load_checkpoint(path, model):
    model.load_weights(path)
