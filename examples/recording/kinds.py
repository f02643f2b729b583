"""The kinds of arrays that tests use, told from the values, and arrays drawn of a kind.

A kind is a word with numbers: `normal`, `uniform 0 1`, `integers 0 9`, `fill 1`, `one-hot`, ... `kind_of` and `draw`
are each other's inverse: `kind_of(draw(kind, ...))` is the kind again, up to the ends of ranges.
"""

from __future__ import annotations

from typing import Any

from examples.frameworks import np, tf

ROUNDING = 1e-4  # rows of probabilities add up to 1 within this
DIGITS = 2  # of the ends of a range
LARGEST = 2.0**53  # whole numbers that float64 tells apart; larger ones are a range
NORMAL_WITHIN = 8.0  # both signs, whatever its spread: a normal distribution of about that spread


def kind_of(array: Any) -> str:
    """The kind of an array of numbers or booleans."""
    if array.dtype.kind == "b":
        return _kind_of_flags(array)
    if array.size == 0:
        return "normal" if array.dtype.kind in "fcV" else "integers 0 1"
    if array.dtype.kind == "c":
        return "normal"
    wide = array.astype("float64")
    finite = wide[np.isfinite(wide)]
    if finite.size < wide.size:
        words = ["nan"] * bool(np.isnan(wide).any()) + ["inf"] * bool(np.isinf(wide).any())
        # A column: what is told of the order of numbers or of a matrix does not hold for what is left of it.
        rest = _kind_of_numbers(finite[:, None], array.dtype.kind) if finite.size else ""
        return " ".join(["with", *words, *rest.split()])
    return _kind_of_numbers(wide, array.dtype.kind)


def _kind_of_flags(array: Any) -> str:
    if array.size == 0 or array.all():
        return "fill 1"
    if not array.any():
        return "fill 0"
    if array.ndim > 1 and bool((np.sort(array, axis=-1)[..., ::-1] == array).all()):
        return "prefix"
    return "flags"


def _kind_of_numbers(wide: Any, code: str) -> str:
    low, high = _ends(wide)
    if low == high and wide.size > 1:
        return f"fill {low:g}"
    whole = bool((wide == np.round(wide)).all())
    if wide.ndim > 1 and wide.shape[-1] > 1:
        rows = wide.sum(-1)
        if whole and low == 0 and high == 1 and bool((rows == 1).all()):
            return "one-hot"
        if low >= 0 and not whole and bool((np.abs(rows - 1) < ROUNDING).all()):
            return "probabilities"
    if matrix := _kind_of_matrices(wide):
        return matrix
    ascending = wide.ndim == 1 and wide.size > 2 and bool((np.diff(wide) >= 0).all())
    if (whole or code in "iu") and np.abs(wide).max() <= LARGEST:
        word = "sorted-integers" if ascending else "integers"
        if wide.ndim == 1 and wide.size > 2 and bool((np.sort(wide) == np.arange(wide.size)).all()) and not ascending:
            return "permutation"
        return f"{word} {int(wide.min())} {int(wide.max())}"
    if ascending:
        return f"sorted {low:g} {high:g}"
    if low < 0 < high:
        return "normal" if max(-low, high) < NORMAL_WITHIN else f"uniform {low:g} {high:g}"
    return f"uniform {low:g} {high:g}"


def _kind_of_matrices(wide: Any) -> str | None:
    if wide.ndim < 2 or wide.shape[-1] != wide.shape[-2] or wide.shape[-1] < 2:
        return None
    if bool((np.tril(wide) == wide).all()):
        return "lower-triangular"
    if bool((np.triu(wide) == wide).all()):
        return "upper-triangular"
    if bool(np.allclose(wide, np.swapaxes(wide, -1, -2))):
        return "positive-definite" if bool((np.linalg.eigvalsh(wide) > 0).all()) else "symmetric"
    return None


def _ends(wide: Any) -> tuple[float, float]:
    """The ends of a range as somebody would write them: rounded, and 0 for what only just differs from it."""
    low, high = (float(f"{end:.{DIGITS}g}") for end in (wide.min(), wide.max()))
    if wide.size > 2 and 0 < low < high / 10:
        return 0.0, high
    return (low, 0.0) if wide.size > 2 and low / 10 < high < 0 else (low, high)


def draw(kind: str, shape: tuple[int, ...], dtype: str, rng: Any) -> Any:
    """An array of a kind. What NumPy itself lacks (bfloat16, float8) is of the package that TensorFlow brings along.

    Raises:
        ValueError: there is no such kind.
    """
    word, *numbers = kind.split()
    if word == "with":
        return _spoilt(numbers, shape, dtype, rng)
    made = np.asarray(_drawn(word, [float(number) for number in numbers], shape, rng))
    if dtype.startswith("complex"):
        made = made + 1j * _drawn(word, [float(number) for number in numbers], shape, rng)
    target = tf.as_dtype(dtype)
    if made.dtype.kind == "f" and not target.is_bool:
        made = np.clip(made, float(target.min), float(target.max))  # the ends of ranges are rounded, perhaps outwards
    return made.astype(target.as_numpy_dtype)


def _drawn(word: str, numbers: list[float], shape: tuple[int, ...], rng: Any) -> Any:
    if word == "fill":
        return np.full(shape, numbers[0])
    if word == "flags":
        return rng.random(shape) < 0.5
    if word == "prefix":
        lengths = rng.integers(1, shape[-1] + 1, size=(*shape[:-1], 1))
        return np.arange(shape[-1]) < lengths
    if word == "normal":
        return rng.normal(size=shape)
    if word in ("uniform", "sorted"):
        made = rng.uniform(*numbers, size=shape)
        return np.sort(made) if word == "sorted" else made
    if word in ("integers", "sorted-integers"):
        made = rng.integers(int(numbers[0]), int(numbers[1]) + 1, size=shape)
        return np.sort(made) if word == "sorted-integers" else made
    if word == "permutation":
        return rng.permutation(shape[0])
    if word == "one-hot":
        return np.eye(shape[-1])[rng.integers(0, shape[-1], size=shape[:-1])]
    if word == "probabilities":
        made = rng.uniform(0.05, 1, size=shape)
        return made / made.sum(-1, keepdims=True)
    return _matrices(word, shape, rng)


def _matrices(word: str, shape: tuple[int, ...], rng: Any) -> Any:
    made = rng.normal(size=shape) + 2 * np.eye(shape[-1])  # away from singular ones
    if word == "lower-triangular":
        return np.tril(made)
    if word == "upper-triangular":
        return np.triu(made)
    if word == "symmetric":
        return (made + np.swapaxes(made, -1, -2)) / 2 - 2 * np.eye(shape[-1])  # with eigenvalues of both signs
    if word == "positive-definite":
        return made @ np.swapaxes(made, -1, -2) + 0.5 * np.eye(shape[-1])
    raise ValueError(f"no kind of array is called {word!r}")


def _spoilt(words: list[str], shape: tuple[int, ...], dtype: str, rng: Any) -> Any:
    """An array with NaN or infinities at places of their own."""
    special = [word for word in words if word in ("nan", "inf")]
    rest = " ".join(word for word in words if word not in special)
    made = draw(rest or "fill 0", shape, dtype, rng)
    flat = made.reshape(-1).copy()
    places = rng.permutation(flat.size)
    for index, word in enumerate(special):
        flat[places[index :: 2 * len(special)]] = np.nan if word == "nan" else np.inf
    return flat.reshape(shape)
