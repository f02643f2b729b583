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


def digits() -> tuple[Array, Array]:
    """1797 handwritten digits of 8 by 8 pixels from 0 to 1, and which digit each is."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(SEED).permutation(len(x))
    return (x[order].reshape(-1, 8, 8) / 16).astype("float32"), y[order].astype("int64")


def breast_cancer() -> tuple[Array, Array]:
    """569 tumours, thirty standardised measurements, and whether each is benign (1)."""
    from sklearn.datasets import load_breast_cancer

    x, y = load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(SEED).permutation(len(x))
    return standardised(x[order]), y[order].astype("float32")


def sunspots(window: int) -> tuple[Array, Array]:
    """Sunspots of each year since 1700, standardised: `window` years in a row, and the year after them."""
    from statsmodels.datasets import sunspots as data

    series = standardised(data.load_pandas().data["SUNACTIVITY"].to_numpy())
    x = np.lib.stride_tricks.sliding_window_view(series[:-1], window)
    return x[:, :, None].copy(), series[window:]


def zen(length: int) -> tuple[Array, Array, str]:
    """The Zen of Python in pieces of `length` letters, the same moved on by one letter, and the alphabet."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        import this
    text = printed.getvalue() or "".join(this.d.get(letter, letter) for letter in this.s)  # printed only once
    alphabet = "".join(sorted(set(text.strip())))
    numbers = np.array([alphabet.index(letter) for letter in text.strip()])
    pieces = (len(numbers) - 1) // length
    x, y = (numbers[shift : shift + pieces * length].reshape(pieces, length) for shift in (0, 1))
    return x, y, alphabet


def travel() -> dict[str, Array]:
    """210 travellers and the four ways to go that each had, one row for each pair.

    `way` and `party` are numbers from 0; `measures` are income, price, waiting and travelling time as they are, and
    `quartiles` their three quartiles (3, 4); `numbers` are cost, waiting and travelling time, standardised; `chosen`
    is 1 for the way that was taken.
    """
    from statsmodels.datasets import modechoice

    data = modechoice.load_pandas().data
    data = data.iloc[np.random.default_rng(SEED).permutation(len(data))]
    measures = data[["hinc", "invc", "ttme", "invt"]].to_numpy().astype("float32")
    return {
        "way": data["mode"].to_numpy().astype("int64") - 1,
        "party": data["psize"].to_numpy().astype("int64") - 1,
        "measures": measures,
        "quartiles": np.quantile(measures, [0.25, 0.5, 0.75], axis=0).astype("float32"),
        "numbers": standardised(data[["gc", "ttme", "invt"]].to_numpy()),
        "chosen": data["choice"].to_numpy().astype("float32"),
    }


def dropout_masks(shape: tuple[int, ...], rate: float, seed: int) -> Array:
    """What dropout multiplies by: 0 with probability `rate`, else 1 / (1 - rate). The streams of random numbers of
    the frameworks cannot be brought together, so a comparison draws them here, once for both."""
    kept = np.random.default_rng(seed).random(shape) >= rate
    return (kept / (1 - rate)).astype("float32")


def shifts(steps: int, seed: int) -> list[tuple[int, int]]:
    """By how many pixels to move the images of each step, down and to the right."""
    drawn: list[list[int]] = np.random.default_rng(seed).integers(-1, 2, size=(steps, 2)).tolist()
    return [(down, right) for down, right in drawn]
