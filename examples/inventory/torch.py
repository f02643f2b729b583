"""PyTorch's public names and signatures."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from examples.frameworks import torch, versions
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

MODULES = words("""
torch torch.accelerator torch.amp torch.autograd torch.autograd.forward_ad torch.autograd.functional
torch.autograd.graph torch.autograd.profiler torch.backends.cuda torch.backends.cudnn torch.backends.mkl
torch.backends.mkldnn torch.backends.mps torch.backends.openmp torch.compiler torch.cpu torch.cpu.amp torch.cuda
torch.cuda.amp torch.distributed torch.distributions torch.distributions.constraints torch.distributions.kl
torch.distributions.transforms torch.export torch.fft torch.func torch.hub torch.jit torch.linalg torch.masked
torch.mps torch.multiprocessing torch.nested torch.nn torch.nn.attention torch.nn.attention.flex_attention
torch.nn.functional torch.nn.init torch.nn.parallel torch.nn.utils torch.nn.utils.parametrizations
torch.nn.utils.parametrize torch.nn.utils.prune torch.nn.utils.rnn torch.nn.utils.stateless torch.onnx torch.optim
torch.optim.lr_scheduler torch.optim.swa_utils torch.overrides torch.profiler torch.random torch.return_types
torch.serialization torch.signal.windows torch.sparse torch.special torch.testing torch.types torch.utils.checkpoint
torch.utils.data torch.utils.dlpack torch.xpu
""")
# Packages that hold only other modules.
PACKAGES = ["torch.backends", "torch.signal", "torch.utils"]
# What they take is of no use to somebody who looks for a TensorFlow counterpart.
NAMES_ONLY = ("torch.distributed.", "torch.return_types.")
CLASSES = words("""
torch.Tensor torch.Generator torch.Size torch.autograd.Function torch.distributions.Distribution torch.nn.Module
torch.nn.ModuleDict torch.nn.ModuleList torch.nn.ParameterDict torch.nn.ParameterList torch.nn.Sequential
torch.nn.utils.rnn.PackedSequence torch.optim.Optimizer torch.optim.lr_scheduler.LRScheduler
""")
# Documented or widely used, and missing from their module's __all__.
OVERLOOKED = words("""
torch.__version__ torch.jit.is_scripting torch.jit.is_tracing torch.multiprocessing.spawn torch.nn.functional.threshold_
torch.nn.init._calculate_fan_in_and_fan_out torch.random.default_generator torch.sparse.sampled_addmm
torch.sparse.spdiags torch.utils.dlpack.to_dlpack
""")
# Attributes that only instances have.
INSTANCE_ATTRIBUTES = [
    "torch.backends.cuda.matmul.allow_tf32",
    "torch.backends.cuda.matmul.fp32_precision",
    "torch.optim.Optimizer.param_groups",
    "torch.optim.Optimizer.state",
]
INTERNAL = words("""
AVG LoggerBase PRIVATE_OPS SUM classproperty fork get_file_path import_ir_module import_ir_module_from_buffer
merge_type_from_type_comment parse_ir parse_schema parse_type_comment prepare_multiprocessing_environment
unify_type_list wait
""")
NATIVE_CLASSES = words("""
AcceleratorError DisableTorchFunction DisableTorchFunctionSubclass Event Future Generator JITException OutOfMemoryError
Size Stream Tag Tensor device dtype finfo iinfo layout memory_format qscheme
""")
# Each stub describes one namespace: a function of the same name elsewhere is another function.
STUBS = {
    "torch": ["_C/_VariableFunctions.pyi", "_C/__init__.pyi"],
    "torch.nn.functional": ["nn/functional.pyi"],
}
# What functions without parameters of their own call: an implementation that a flag picks (max_pool2d),
# the new spelling of an old name (init.normal).
FORWARDED = {"if_false", "meth"}
VALUE_TYPES = ("dtype", "layout", "memory_format", "qscheme")
# SummaryWriter needs a package of its own to be imported, but not to be read.
SOURCE_ONLY = {"torch.utils.tensorboard.SummaryWriter": "utils/tensorboard/writer.py"}


def collect() -> Entries:
    """Every listed name of the installed PyTorch."""
    groups = merged(_found())
    made = entries(groups, _signatures, namespaces=("torch", "torch.Tensor", "torch.nn.functional"))
    for name, source in SOURCE_ONLY.items():
        made |= _from_source(name, _folder() / source)
    for name in [name for name, entry in made.items() if entry.get("raises")]:
        # The method only hands over to the function.
        method = f"torch.Tensor.{name.rpartition('.')[2]}"
        if name.count(".") == 1 and method in made:
            made[method]["raises"] = True
    return dict(sorted(made.items()))


def version() -> str:
    """The installed PyTorch's version, without the build after the plus sign."""
    return versions()["torch"]


def _found() -> Iterator[Found]:
    for path in PACKAGES:
        yield Found(path, importlib.import_module(path), "module")
    for path in MODULES:
        module = importlib.import_module(path)
        yield Found(path, module, "module")
        for name in _names(path, module):
            thing = getattr(module, name)
            if not isinstance(thing, ModuleType):
                yield Found(f"{path}.{name}", thing, kind_of(thing))
    for path in CLASSES:
        yield from members(_resolve(path), path)
    for path in OVERLOOKED:
        thing = _resolve(path)
        yield Found(path, thing, kind_of(thing))
    for path in INSTANCE_ATTRIBUTES:
        yield Found(path, None, "property")


def _names(path: str, module: Any) -> list[str]:
    """What a module offers: its own list where it keeps one, otherwise what it defines."""
    if path == "torch.nn.functional":
        listed = _listed_in_stub(_folder() / "nn/functional.pyi")
    elif type(module) is not ModuleType:
        # torch.backends.*: an object with properties in front of the module that it replaces.
        properties = [name for name, value in vars(type(module)).items() if not callable(value)]
        listed = [*properties, *(name for name in dir(module.m) if _is_own(module.m, name))]
    elif path == "torch":
        listed = [*module.__all__, *(name for name in dir(module) if _is_own(module, name))]
        listed = [name for name in listed if name not in INTERNAL and not _is_compiler_internal(name)]
    elif hasattr(module, "__all__"):
        listed = list(module.__all__)
    else:
        listed = [name for name in dir(module) if _is_own(module, name)]
    return sorted({name for name in listed if is_public(name) and hasattr(module, name)})


def _is_compiler_internal(name: str) -> bool:
    """Whether a name of `torch` is a class of its compiler that torch merely fails to hide (Graph, Node, AnyType)."""
    thing = getattr(torch, name, None)
    return isinstance(thing, type) and getattr(torch._C, name, None) is thing and name not in NATIVE_CLASSES


def _is_own(module: ModuleType, name: str) -> bool:
    thing = getattr(module, name)
    if type(thing).__name__ in VALUE_TYPES or inspect.isbuiltin(thing):
        return True
    home = getattr(thing, "__module__", None) or ""
    is_native_class = isinstance(thing, type) and home.startswith("torch._C") and thing.__name__ == name
    return callable(thing) and (home.startswith(module.__name__) or (is_native_class and name != "Tensor"))


def _signatures(found: Found) -> list[Signature]:
    if found.name.startswith(NAMES_ONLY) or found.kind in ("constant", "module", "property"):
        return []
    if found.kind == "method":
        return _of_method(found)
    return _of_class(found) if found.kind == "class" else _of_function(found)


def _of_function(found: Found) -> list[Signature]:
    live = signatures.from_callable(_dispatched(found.thing))
    if live is not None and not signatures.is_catch_all(live):
        return [live]
    documented = signatures.from_docstring(found.thing.__doc__, found.leaf)
    if live is not None:
        return documented or [live]
    stubs = STUBS.get(found.name.rpartition(".")[0], [])
    return next((known for stub in stubs if (known := _stub(stub).get(found.leaf))), documented)


def _of_class(found: Found) -> list[Signature]:
    live = signatures.from_constructor(found.thing)
    if live and signatures.is_catch_all(live[0]):
        if getattr(found.thing, "__init__", None) is torch.nn.Module.__init__ and found.thing is not torch.nn.Module:
            return [[]]  # a layer without a constructor of its own takes nothing, although Module's looks otherwise
        return signatures.from_docstring(found.thing.__doc__, "__init__") or live
    if live:
        return live
    stub = _stub("_C/__init__.pyi")
    constructors = stub.get(f"{found.leaf}.__new__") or stub.get(f"{found.leaf}.__init__") or []
    return [constructor[1:] for constructor in constructors]


def _of_method(found: Found) -> list[Signature]:
    path, _, attribute = found.name.rpartition(".")
    cls = _resolve(path)
    live = method_signature(cls, attribute)
    if path != "torch.Tensor":
        if live is not None and not signatures.is_catch_all(live):
            return [live]
        overloads = [one[1:] for one in signatures.from_overloads(found.thing)]
        documented = signatures.from_docstring(found.thing.__doc__, attribute)
        return overloads or documented or ([live] if live is not None else [])
    if live is not None and not signatures.is_catch_all(live):
        return [with_self([{"name": "self"}, *live])]
    declared = _stub("_C/__init__.pyi").get(f"TensorBase.{attribute}", [])
    documented = signatures.from_docstring(found.thing.__doc__, attribute)
    return [with_self(one) for one in declared or ([{"name": "self"}, *one] for one in documented)]


def _dispatched(function: Any) -> Any:
    """The function with the true parameters behind one that hands everything on to it."""
    while inspect.isfunction(function) and (inner := FORWARDED & set(function.__code__.co_freevars)):
        function = inspect.getclosurevars(function).nonlocals[inner.pop()]
    return function


def _from_source(name: str, path: Path) -> Entries:
    """A class and its methods, read without importing it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    leaf = name.rpartition(".")[2]
    body = next(one.body for one in tree.body if isinstance(one, ast.ClassDef) and one.name == leaf)
    methods = {key: [one[1:] for one in known] for key, known in signatures.from_definitions(body).items()}
    made: Entries = {name: {"kind": "class", "signatures": methods["__init__"]}}
    for attribute, known in methods.items():
        if is_public(attribute):
            made[f"{name}.{attribute}"] = {"kind": "method", "signatures": known}
    return made


def _listed_in_stub(path: Path) -> list[str]:
    """The names that a stub adds to `__all__`, statement by statement."""
    listed: list[str] = []
    for one in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(one, ast.Assign | ast.AugAssign) and "__all__" in ast.unparse(one):
            listed += ast.literal_eval(one.value)
    return listed


@cache
def _stub(path: str) -> dict[str, list[Signature]]:
    return signatures.from_stub(_folder() / path)


@cache
def _folder() -> Path:
    return Path(torch.__path__[0])


def _resolve(path: str) -> Any:
    """The object at a dotted path, whose first parts are modules."""
    parts = path.split(".")
    if len(parts) == 1:
        return importlib.import_module(path)
    return getattr(_resolve_module(".".join(parts[:-1])), parts[-1])


def _resolve_module(path: str) -> Any:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        return _resolve(path)
