"""The one door to both frameworks: everything here that needs torch or TensorFlow takes it from this module."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read by TensorFlow's C++ side while it is imported
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # evidence is recorded on the CPU

# What TensorFlow says on every import, before it reads its own log level: that oneDNN is on.
NOTICES = (b"I0000 ", b"WARNING: All log messages before absl::InitializeLog() is called")


@contextlib.contextmanager
def _without_notices() -> Iterator[None]:
    """Standard error less the notices of TensorFlow's C++ side; everything else arrives when the block ends."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(stderr, 2)
            os.close(stderr)
            caught.seek(0)
            for line in caught:
                if not line.startswith(NOTICES):
                    os.write(2, line)


with _without_notices():
    import keras
    import numpy as np
    import tensorflow as tf
    import torch

__all__ = ["configure", "keras", "np", "reset", "tf", "torch", "versions"]


def configure() -> None:
    """One thread per framework: the cores are shared by the workers, and sums keep their order."""
    torch.set_num_threads(1)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.get_logger().setLevel("ERROR")


def reset(seed: int) -> None:
    """A clean start for one run: seeds, PyTorch's default dtype, and Keras's automatic layer names."""
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    torch.manual_seed(seed)
    keras.backend.clear_session(free_memory=False)
    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("float32")
    keras.utils.set_random_seed(seed)


def versions() -> dict[str, str]:
    """What the evidence was recorded with."""
    return {
        "torch": torch.__version__.split("+")[0],
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }


configure()  # whoever computes in this process first: afterwards TensorFlow refuses another number of threads
