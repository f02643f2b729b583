"""The public callables that are recorded, by the names of the inventory: Keras's, and TensorFlow's functions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from examples.frameworks import keras, tf
from examples.inventory.names import words

INVENTORY = Path(__file__).parent.parent.parent / "mappings/inventory/tensorflow.json"
ROOTS = {"tf": tf, "keras": keras}
# Packages of Keras whose names are recorded, and how an object of a class in them is used.
KERAS = {
    "activations": "__call__",
    "constraints": "__call__",
    "initializers": "__call__",
    "layers": "__call__",
    "losses": "__call__",
    "metrics": "update_state",
    "ops": "",
    "optimizers": "__init__",  # what it does is told by its settings: the sweep brings gradients of its own
    "optimizers.schedules": "__call__",
    "random": "",
    "regularizers": "__call__",
    "utils": "",
}
# Namespaces of TensorFlow whose functions compute tensors from tensors.
TENSORFLOW = words("""
tf tf.audio tf.bitwise tf.debugging tf.image tf.linalg tf.math tf.math.special tf.nn tf.quantization tf.ragged
tf.random tf.sets tf.signal tf.sparse tf.strings
""")
# They take functions, tell about Keras itself, or are how TensorFlow works: no inputs can be drawn for them.
_LEFT_OUT = {
    "tf.": """Assert as_dtype assert_equal assert_greater assert_less assert_rank case cond
        control_dependencies convert_to_tensor custom_gradient device executing_eagerly foldl foldr function get_logger
        get_static_value grad_pass_through gradients group hessians init_scope
        inside_function is_symbolic_tensor is_tensor load_library load_op_library make_ndarray make_tensor_proto map_fn
        name_scope no_gradient nondifferentiable_batch_function numpy_function print py_function recompute_grad
        register_tensor_conversion_function scan switch_case timestamp type_spec_from_value
        variable_creator_scope vectorized_map while_loop""",
    "tf.random.": "set_seed get_global_generator set_global_generator",
    "tf.keras.ops.": """associative_scan cond convert_to_numpy convert_to_tensor custom_gradient dtype fori_loop
        is_tensor jvp map rearrange scan switch vectorized_map vectorize vjp while_loop""",
}
LEFT_OUT = {prefix + leaf for prefix, leaves in _LEFT_OUT.items() for leaf in words(leaves)}
PLUMBING = ("get", "serialize", "deserialize")  # of every package of Keras
UTILITIES = ("normalize", "pad_sequences", "to_categorical")  # of keras.utils: the others are for files and for Keras


@dataclass(frozen=True)
class Public:
    """One public callable. `use` is the method by which objects of a class are used; empty for functions."""

    name: str
    thing: Any
    use: str = ""

    @property
    def is_keras(self) -> bool:
        return self.name.startswith(("tf.keras.", "keras."))


def resolve(name: str) -> Any:
    """The object behind a public name of TensorFlow or Keras.

    Raises:
        AttributeError: there is none.
    """
    root, *parts = name.split(".")
    thing: Any = ROOTS[root]
    for part in parts:
        thing = getattr(thing, part)
    return thing


@lru_cache(maxsize=1)
def entries() -> dict[str, Any]:
    """The inventory's names with kinds, signatures and aliases."""
    names: dict[str, Any] = json.loads(INVENTORY.read_text(encoding="utf-8"))["names"]
    return names


def recorded() -> list[Public]:
    """Everything that is recorded, once each."""
    found = []
    for name, entry in entries().items():
        if entry["kind"] not in ("class", "function") or name in LEFT_OUT or entry.get("raises"):
            continue
        package, _, leaf = name.rpartition(".")
        area = _area(name)
        is_class = entry["kind"] == "class"
        if area is None:
            if is_class or package not in TENSORFLOW:
                continue
        elif leaf in PLUMBING or (is_class and not KERAS[area]) or (area == "utils" and leaf not in UTILITIES):
            continue
        thing = resolve(name)
        if is_class is isinstance(thing, type):
            found.append(Public(name, thing, KERAS[area] if is_class and area else ""))
    return found


def _area(name: str) -> str | None:
    """The package of Keras that a name belongs to, or None for TensorFlow's own."""
    for prefix in ("tf.keras.", "keras."):
        if name.startswith(prefix):
            package = name.removeprefix(prefix).rpartition(".")[0]
            return next((area for area in KERAS if package == area), "ops" if package.startswith("ops.") else None)
    return None


def aliases(name: str) -> list[str]:
    """The name and its other public names."""
    return [name, *entries()[name].get("aliases", [])]
