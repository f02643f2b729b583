"""A value that a test passes, as a specification in JSON, and a value drawn from a specification.

Plain numbers, texts, lists and None stand for themselves. Everything else is an object with one of these keys:

| key | stands for |
|---|---|
| `tensor` | a tensor of this shape, of `dtype`, drawn as `draw` says (see `examples.recording.kinds`) |
| `values` | a small tensor of whole numbers or texts of `dtype`: sizes, axes, labels, which depend on each other |
| `tuple`, `dict`, `slice`, `number`, `ellipsis` | the Python value; `number` is one that JSON lacks |
| `dtype` | a dtype by its name |
| `name` | the public function or class of this name |
| `new` | an object of the public class of this name, made with `args` and `kwargs` |

Specifications hold no arrays: what is drawn has the shape, dtype, range and kind of what the test used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from examples.frameworks import keras, np, tf
from examples.recording.kinds import draw, kind_of
from examples.recording.public import resolve

Spec = Any  # JSON
LARGEST = 40_000  # elements of a tensor; larger ones make a sweep slow and show nothing that smaller ones do not
LONGEST = 64  # characters of a text
FEW = 12  # whole numbers that are kept as they are


class Unrecordable(Exception):
    """A value that cannot be written as a specification: a function of the test, a symbolic tensor, a file."""


def specify(value: Any, names: Callable[[Any], str | None], made: Callable[[Any], Spec | None]) -> Spec:
    """The specification of a value. `names` knows public callables, `made` how objects were constructed.

    Raises:
        Unrecordable: it has none.
    """

    def inner(part: Any) -> Spec:
        return specify(part, names, made)

    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | complex) and not isinstance(value, np.generic):
        return _number(value)
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise Unrecordable("a long text")
        return value
    if isinstance(value, np.ndarray | np.generic | tf.Tensor | tf.Variable | keras.Variable):
        return _tensor(value)
    if isinstance(value, tf.SparseTensor):
        dense = _tensor(tf.sparse.to_dense(tf.sparse.reorder(value)))
        if "tensor" not in dense:
            raise Unrecordable("a small sparse tensor")
        return dense | {"layout": "sparse", "stored": int(value.values.shape[0])}
    if isinstance(value, tf.TensorShape):
        return {"tuple": value.as_list()}
    if isinstance(value, tf.DType):
        return {"dtype": value.name}
    if isinstance(value, type) and issubclass(value, np.generic):
        return {"dtype": np.dtype(value).name}
    if isinstance(value, list):
        return _list(value, inner)
    if type(value) is tuple:
        return {"tuple": [inner(part) for part in value]}
    if type(value) is dict:
        if not all(isinstance(key, str) for key in value):
            raise Unrecordable("a dictionary whose keys are no texts")
        return {"dict": {key: inner(part) for key, part in value.items()}}
    if isinstance(value, slice):
        return {"slice": [inner(part) for part in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    return _named(value, names, made)


def _named(value: Any, names: Callable[[Any], str | None], made: Callable[[Any], Spec | None]) -> Spec:
    try:
        name = names(value)
        construction = None if name else made(value)
    except TypeError:
        raise Unrecordable(f"a value of type {type(value).__name__}") from None
    if name:
        return {"name": name}
    if construction:
        return construction
    raise Unrecordable(f"a value of type {type(value).__name__}")


def _number(value: complex) -> Spec:
    if isinstance(value, complex):
        return {"number": repr(value)}
    if not math.isfinite(value):
        return {"number": repr(float(value))}
    return value if isinstance(value, int) else float(value)


def _list(value: list[Any], inner: Callable[[Any], Spec]) -> Spec:
    """A list of lists of numbers is a tensor that a test wrote as text."""
    if any(isinstance(part, list | float) for part in value) and (array := _as_array(value)) is not None:
        return _tensor(array)
    if len(value) > LONGEST:
        raise Unrecordable("a long list")
    return [inner(part) for part in value]


def _as_array(value: list[Any]) -> Any:
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype == np.float64:
        return array.astype("float32")
    return array.astype("int32") if array.dtype == np.int64 and array.ndim > 1 and array.size > FEW else None


def _tensor(value: Any) -> Spec:
    if isinstance(value, tf.Tensor) and not hasattr(value, "numpy"):
        raise Unrecordable("a symbolic tensor")
    try:
        array = value if isinstance(value, np.ndarray | np.generic) else value.numpy()
    except (AttributeError, NotImplementedError):
        raise Unrecordable("a tensor without values") from None
    array = np.asarray(array)
    dtype = array.dtype.name
    if array.dtype.kind in "OSU":
        return _texts(array)
    if array.size > LARGEST:
        raise Unrecordable("a large tensor")
    if array.dtype.kind in "iu" and array.size <= FEW and array.ndim <= 2:
        return {"values": array.tolist(), "dtype": dtype}
    return {"tensor": list(array.shape), "dtype": dtype, "draw": kind_of(array)}


def _texts(array: Any) -> Spec:
    flat = [text.decode("utf-8", "replace") if isinstance(text, bytes) else text for text in array.reshape(-1).tolist()]
    if len(flat) > FEW or not all(isinstance(text, str) and len(text) <= LONGEST for text in flat):
        raise Unrecordable("an array of objects")
    return {"values": np.array(flat, dtype=object).reshape(array.shape).tolist(), "dtype": "string"}


@dataclass(frozen=True)
class Dtype:
    """A dtype by its name, which both frameworks share."""

    name: str


@dataclass(frozen=True)
class Named:
    """A public function or class of TensorFlow."""

    name: str


@dataclass(frozen=True)
class Made:
    """An object of a public class of TensorFlow, as it is constructed."""

    name: str
    args: list[Any]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Sparse:
    """A sparse tensor by its dense array: what is zero is not stored."""

    array: Any


def drawn(spec: Spec, rng: Any, widen: Callable[[str], str] = str) -> Any:
    """A value as the specification says, of neither framework: tensors are NumPy arrays.

    `rng` is a NumPy generator; the same state gives the same value. `widen` may change the dtypes of tensors.
    """

    def inner(part: Spec) -> Any:
        return drawn(part, rng, widen)

    if isinstance(spec, list):
        return [inner(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    if "tensor" in spec:
        array = draw(spec["draw"], tuple(spec["tensor"]), widen(spec["dtype"]), rng)
        return Sparse(_thinned(array, spec["stored"], rng)) if spec.get("layout") == "sparse" else array
    if "values" in spec:
        return np.array(spec["values"], dtype=object if spec["dtype"] == "string" else widen(spec["dtype"]))
    if "tuple" in spec:
        return tuple(inner(part) for part in spec["tuple"])
    if "dict" in spec:
        return {key: inner(part) for key, part in spec["dict"].items()}
    if "slice" in spec:
        return slice(*spec["slice"])
    if "number" in spec:
        return complex(spec["number"]) if "j" in spec["number"] else float(spec["number"])
    if "ellipsis" in spec:
        return ...
    if "dtype" in spec:
        return Dtype(spec["dtype"])
    if "name" in spec:
        return Named(spec["name"])
    return Made(spec["new"], inner(spec["args"]), {key: inner(part) for key, part in spec["kwargs"].items()})


def _thinned(array: Any, stored: int, rng: Any) -> Any:
    """The array with all but `stored` elements zero."""
    kept = np.zeros(array.size, bool)
    kept[rng.permutation(array.size)[:stored]] = True
    return np.where(kept.reshape(array.shape), array, np.zeros((), array.dtype))


def to_tensorflow(value: Any) -> Any:
    """What `drawn` gives, as TensorFlow takes it: arrays are tensors, names are what they name."""
    if isinstance(value, np.ndarray | np.floating):  # TensorFlow takes NumPy's numbers as tensors
        return tf.constant(value)
    if isinstance(value, Sparse):
        return tf.sparse.from_dense(value.array)
    if isinstance(value, Dtype):
        return tf.as_dtype(value.name)
    if isinstance(value, Named):
        return resolve(value.name)
    if isinstance(value, Made):
        return resolve(value.name)(*to_tensorflow(value.args), **to_tensorflow(value.kwargs))
    if type(value) in (list, tuple):
        return type(value)(to_tensorflow(part) for part in value)
    if type(value) is dict:
        return {key: to_tensorflow(part) for key, part in value.items()}
    return value
