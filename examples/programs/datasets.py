"""Small real data sets that come with installed packages, as NumPy arrays in one fixed order for both frameworks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
SEED = 0


def standardised(x: Array) -> Array:
    """Columns with mean 0 and standard deviation 1, in float32."""
    scaled: Array = (x - x.mean(axis=0)) / x.std(axis=0)
    return scaled.astype("float32")


def diabetes() -> tuple[Array, Array]:
    """442 patients, ten measurements, and how far the disease had come a year later; both standardised."""
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True)
    order = np.random.default_rng(SEED).permutation(len(x))
    return standardised(x[order]), standardised(y[order])


def iris() -> tuple[Array, Array]:
    """100 flowers of two kinds that cannot be told apart by a straight line: four lengths, and 0 or 1."""
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    x, y = x[y > 0], y[y > 0] - 1
    order = np.random.default_rng(SEED).permutation(len(x))
    return standardised(x[order]), y[order].astype("float32")
