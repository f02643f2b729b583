"""Values of both frameworks in one form, so that they can be compared.

A result (tensor, number, tuple, dict, ...) becomes a flat dict of leaves: `""` for a single value, `"[0]"`
or `"['name']"` for its parts. What crosses how: `mappings/conventions.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from examples.frameworks import keras, np, tf, torch


class Incomparable(Exception):
    """A value of a type that has no counterpart in the other framework."""


@dataclass(frozen=True)
class Leaf:
    """One array or plain value. `dtype` is a dtype name (`float32`) or the name of a Python type."""

    dtype: str
    array: Any
    is_tensor: bool

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.array.shape)

    @property
    def is_float(self) -> bool:
        return self.array.dtype.kind in "fc"


SHORT = ("bfloat16", "float8")  # how the names of the floats begin that NumPy lacks


def torch_array(value: Any) -> Any:
    """A torch tensor as a NumPy array; bfloat16 and the 8-bit floats, which NumPy lacks, as float32."""
    value = value.detach().cpu()
    if value.layout is not torch.strided:
        value = value.to_dense()
    value = value.resolve_conj().resolve_neg()
    is_short = str(value.dtype).removeprefix("torch.").startswith(SHORT)
    return (value.float() if is_short else value).numpy(force=True)


def tf_array(value: Any) -> Any:
    """A TensorFlow tensor or variable as a NumPy array; bfloat16 and the 8-bit floats as float32."""
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    if isinstance(value, tf.SparseTensor):
        value = tf.sparse.to_dense(value)
    array = np.asarray(value.numpy())
    return array.astype("float32") if array.dtype.name.startswith(SHORT) else array


def leaves(value: Any, path: str = "") -> dict[str, Leaf]:
    """The parts of a result by path.

    Raises:
        Incomparable: something in it is neither data nor a container of data.
    """
    if isinstance(value, torch.Tensor):
        return {path: Leaf(str(value.dtype).removeprefix("torch."), torch_array(value), True)}
    if isinstance(value, tf.RaggedTensor):
        return leaves(list(value), path)
    if isinstance(value, tf.Tensor | tf.Variable | keras.Variable | tf.SparseTensor | tf.IndexedSlices):
        dtype = value.dtype if isinstance(value.dtype, str) else value.dtype.name
        array = tf_array(value)
        if dtype == "string":
            return leaves(array.tolist(), path)
        return {path: Leaf(dtype, array, True)}
    if isinstance(value, np.ndarray | np.generic):
        return {path: array_leaf(np.asarray(value))}
    if isinstance(value, tf.TensorShape):
        return leaves(tuple(value.as_list()), path)
    if isinstance(value, torch.dtype):
        return {path: Leaf("dtype", np.asarray(str(value).removeprefix("torch.")), False)}
    if isinstance(value, tf.DType):
        return {path: Leaf("dtype", np.asarray(value.name), False)}
    if isinstance(value, torch.device):
        return {path: Leaf("str", np.asarray(f"{value.type.upper()}:{value.index or 0}"), False)}
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if value is None or isinstance(value, bool | int | float | complex | str):
        return {path: Leaf(type(value).__name__, np.asarray(str(value) if value is None else value), False)}
    if isinstance(value, list | tuple):
        found = {path + "[]": Leaf("sequence", np.asarray(len(value)), False)}
        for index, item in enumerate(value):
            found |= leaves(item, f"{path}[{index}]")
        return found
    if isinstance(value, dict):
        found = {path + "{}": Leaf("dict", np.asarray(len(value)), False)}
        for key in sorted(value, key=str):
            found |= leaves(value[key], f"{path}[{str(key)!r}]")
        return found
    raise Incomparable(
        f"a value of type {type(value).__module__}.{type(value).__qualname__} cannot be compared: "
        "assign a tensor, a number, a string or a tuple of them to the compared name"
    )


def array_leaf(array: Any) -> Leaf:
    """A NumPy array as a leaf."""
    return Leaf(array.dtype.name, array, True)


def is_float_tensor(value: Any) -> bool:
    """Whether a value is a tensor that can have a gradient: of floats or complex numbers."""
    if isinstance(value, torch.Tensor):
        return bool(value.is_floating_point() or value.is_complex())
    return isinstance(value, tf.Tensor | tf.Variable) and bool(value.dtype.is_floating or value.dtype.is_complex)


def float_tensors(value: Any) -> list[Any]:
    """The float tensors in a result, depth first: what a gradient can start from."""
    if is_float_tensor(value):
        return [value]
    if isinstance(value, keras.Variable):
        return [value.value] if "float" in str(value.dtype) else []
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in float_tensors(item)]
    if isinstance(value, dict):
        return [tensor for key in sorted(value, key=str) for tensor in float_tensors(value[key])]
    return []


def to_tf(value: Any) -> Any:
    """A PyTorch argument as the drop-in receives it: tensors by value, dtypes by name, sizes as tuples."""
    if isinstance(value, torch.Tensor):
        if value.dtype is torch.bfloat16:
            return tf.cast(tf.constant(torch_array(value)), tf.bfloat16)
        return tf.constant(torch_array(value))
    if isinstance(value, torch.dtype):
        return tf.as_dtype(str(value).removeprefix("torch."))
    if isinstance(value, torch.Size):
        return tuple(value)
    if isinstance(value, list | tuple):
        items = [to_tf(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {key: to_tf(item) for key, item in value.items()}
    return value
