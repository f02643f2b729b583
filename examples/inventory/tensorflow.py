"""TensorFlow's and Keras's public names and signatures."""

from collections.abc import Iterator
from typing import Any

from examples.frameworks import keras, tf, versions
from examples.inventory import signatures
from examples.inventory.names import (
    Entries,
    Found,
    entries,
    is_public,
    kind_of,
    members,
    merged,
    method_signature,
    with_self,
    words,
)
from examples.inventory.signatures import Signature

ROOTS = {"tf": tf, "keras": keras}
API_PREFIXES = ("tensorflow._api.v2.", "keras.")
NOT_WALKED = {"tf.compat", "tf.tools", "keras.src", "tf.keras.src"}
TOP_LEVEL_ONLY = {"tf.lite"}
CLASSES = words("""
tf.Tensor tf.Variable tf.Module tf.GradientTape tf.TensorShape tf.TensorArray tf.RaggedTensor
tf.SparseTensor tf.DType tf.Operation tf.Graph tf.data.Dataset tf.data.Iterator tf.distribute.Strategy
tf.keras.Model tf.keras.Sequential tf.keras.layers.Layer tf.keras.callbacks.Callback tf.keras.losses.Loss
tf.keras.metrics.Metric tf.keras.optimizers.Optimizer tf.keras.optimizers.schedules.LearningRateSchedule
tf.keras.initializers.Initializer tf.keras.Variable tf.random.Generator tf.train.Checkpoint
tf.train.CheckpointManager tf.lookup.StaticHashTable
""")
TENSOR_CLASSES = {"tf.Tensor", "tf.Variable"}
# The old interface is out of scope, but for what people ask about when they carry old code over.
VERSION_1 = words("""
ConfigProto InteractiveSession Session Variable assign disable_eager_execution disable_v2_behavior
enable_eager_execution get_default_graph get_variable global_variables_initializer placeholder placeholder_with_default
reset_default_graph variable_scope
train.AdadeltaOptimizer train.AdagradOptimizer train.AdamOptimizer train.FtrlOptimizer train.GradientDescentOptimizer
train.MomentumOptimizer train.RMSPropOptimizer train.Saver
""")
# Shorter than tf.keras.*, but not what anybody writes.
SECOND_CHOICE = ("keras.", "tf.initializers.", "tf.losses.", "tf.metrics.", "tf.optimizers.")


def collect() -> Entries:
    """Every listed name of the installed TensorFlow and Keras."""
    groups = merged(_found(), rank=lambda one: (one.name.startswith("keras."), one.name.startswith(SECOND_CHOICE)))
    return entries(groups, _signatures, namespaces=("tf",))


def version() -> str:
    """The installed TensorFlow's version."""
    return versions()["tensorflow"]


def _found() -> Iterator[Found]:
    walked = [one for root, package in ROOTS.items() for one in _walk(root, package)]
    yield from walked
    wanted = {id(_resolve(path)) for path in CLASSES}
    for one in walked:
        if id(one.thing) in wanted:
            yield from members(one.thing, one.name)
    # What only an eager tensor has (numpy) is still looked up as a tensor's.
    known = {one.name for one in members(tf.Tensor, "tf.Tensor")}
    yield from (one for one in members(_eager_class(), "tf.Tensor") if one.name not in known)
    for name in VERSION_1:
        thing = _resolve(f"tf.compat.v1.{name}")
        yield Found(f"tf.compat.v1.{name}", thing, kind_of(thing))


def _walk(path: str, module: Any) -> Iterator[Found]:
    yield Found(path, module, "module")
    for name in sorted(filter(is_public, dir(module))):
        inner = f"{path}.{name}"
        thing = getattr(module, name)
        kind = kind_of(thing)
        if kind != "module":
            yield Found(inner, thing, kind)
        elif thing.__name__.startswith(API_PREFIXES) and inner not in NOT_WALKED and path not in TOP_LEVEL_ONLY:
            yield from _walk(inner, thing)


def _signatures(found: Found) -> list[Signature]:
    if found.kind in ("constant", "module", "property"):
        return []
    if found.kind == "class":
        return signatures.from_constructor(found.thing)
    if found.kind == "function":
        signature = signatures.from_callable(found.thing)
    else:
        path, _, attribute = found.name.rpartition(".")
        cls = _resolve(path)
        if cls is tf.Tensor and attribute not in dir(cls):
            cls = _eager_class()
        signature = method_signature(cls, attribute)
        if signature is not None and path in TENSOR_CLASSES:
            signature = with_self([{"name": "self"}, *signature])
    return [] if signature is None else [signature]


def _eager_class() -> type:
    return type(tf.constant(0))


def _resolve(path: str) -> Any:
    """The object at a dotted path that begins with `tf` or `keras`."""
    root, *parts = path.split(".")
    thing: Any = ROOTS[root]
    for part in parts:
        thing = getattr(thing, part)
    return thing
