"""torch's own sample inputs: what its tests feed to every operator, module and optimizer.

`torch.testing._internal` is not a public interface: everything this project takes from it is here.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from examples.frameworks import torch

UNDERSCORED = {"segment_reduce": "_segment_reduce"}  # listed under a private name
INTEGERS = ("int64", "int32")
# All that PyTorch takes on a CPU in most of its operators.
LAYERS = ("float16", "bfloat16", "float32", "float64")  # dtypes of layers


def _second_first(first: Any, second: Any, *rest: Any) -> tuple[Any, ...]:
    return (second, first, *rest)


# torch lists the argument that takes a gradient first; these are called with theirs in another order.
PUBLIC_ORDER: dict[str, Callable[..., tuple[Any, ...]]] = {
    "torch.einsum": lambda operands, equation: (equation, *operands),
    "torch.nn.functional.embedding": _second_first,
    "torch.nn.functional.embedding_bag": _second_first,
    "torch.polygamma": _second_first,
    "torch.special.polygamma": _second_first,
    "torch.where": _second_first,
}


@dataclass(frozen=True)
class Sample:
    """One call. For a layer or loss `construct` holds the constructor's arguments.

    `method_args` are those of the spelling as a method: the tensor first. `initial`: a layer keeps the weights that it
    was made with, which are what is asked for.
    """

    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    construct: tuple[tuple[Any, ...], dict[str, Any]] | None = None
    training: bool = False
    differentiable: bool = False
    origin: str = field(default="", compare=False)
    method_args: tuple[Any, ...] = ()
    initial: bool = False


@lru_cache(maxsize=1)
def _operators() -> dict[str, list[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    found: dict[str, list[Any]] = {}
    for info in op_db:
        found.setdefault(info.name, []).append(info)
    return found


@lru_cache(maxsize=1)
def _aliases() -> dict[str, list[Any]]:
    """The same infos by the other names of their operators: `nn.functional.softmax`, `special.expit`."""
    found: dict[str, list[Any]] = {}
    for infos in _operators().values():
        for info in infos:
            for alias in info.aliases:
                found.setdefault(alias.name, []).append(info)
    return found


@lru_cache(maxsize=1)
def _modules() -> dict[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_modules import module_db
    return {info.module_cls: info for info in module_db}


@lru_cache(maxsize=1)
def _optimizers() -> dict[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_optimizers import optim_db
    return {info.optim_cls: info for info in optim_db}


def resolve(name: str) -> Any:
    """The object behind a public torch name, or None."""
    value: Any = torch
    for part in name.split(".")[1:]:
        value = getattr(value, part, None)
    return value


def operators(name: str) -> list[Any]:
    """The operator infos of a torch function or Tensor method, under its own name or as an alias."""
    return _operators().get(_listed(name)) or _aliases().get(_listed(name), [])


def _listed(name: str) -> str:
    """The name as torch's list of operators writes it."""
    short = name.removeprefix("torch.").removeprefix("Tensor.")
    return UNDERSCORED.get(short, short)


def _function(name: str, info: Any) -> Any:
    """What the name means: torch's own wrapper of the operator, or the alias itself (its defaults may differ)."""
    return info.op if _listed(name) == info.name and name not in PUBLIC_ORDER else resolve(name)


def source_of(name: str) -> str | None:
    """Which of torch's databases has samples for this name, or None."""
    if operators(name) and dtypes_of(name):
        return "operators"
    target = resolve(name)
    if isinstance(target, type) and target in _modules():
        return "modules"
    if isinstance(target, type) and target in _optimizers():
        return "optimizers"
    return None


def dtypes_of(name: str) -> list[str]:
    """float32, float64 and one integer dtype, as far as the operator takes them; complex64 where it takes none."""
    infos = operators(name)
    if not infos:
        return ["float32", "float64"] if source_of(name) == "modules" else ["float32"]
    found = [d for d in ("float32", "float64") if any(_takes(info, d) for info in infos)]
    found += [d for d in INTEGERS if any(_takes(info, d) for info in infos)][:1]
    return found or [d for d in ("complex64",) if any(_takes(info, d) for info in infos)]


def takes(name: str, dtype: str) -> bool:
    """Whether torch has samples of this dtype for a name."""
    if source_of(name) == "modules":
        return dtype in LAYERS
    return any(_takes(info, dtype) for info in operators(name))


def _takes(info: Any, dtype: str) -> bool:
    return getattr(torch, dtype) in info.supported_dtypes("cpu")


def samples(name: str, dtype: str) -> Iterator[Sample]:
    """All samples for one dtype, the same ones on every run."""
    torch.manual_seed(0)
    kind = getattr(torch, dtype)
    for info in operators(name):
        if not _takes(info, dtype):
            continue
        function = _function(name, info)
        differentiable = info.supports_autograd and (kind.is_floating_point or kind.is_complex)
        for sample in info.sample_inputs("cpu", kind, requires_grad=False):
            listed = (sample.input, *sample.args)
            args = PUBLIC_ORDER[name](*listed) if name in PUBLIC_ORDER else listed
            yield Sample(function, args, sample.kwargs, None, False, differentiable, info.full_name, listed)
    if source_of(name) == "modules":
        yield from _module_samples(_modules()[resolve(name)], kind)


def _module_samples(info: Any, dtype: Any) -> Iterator[Sample]:
    for training in (False, True):
        for given in info.module_inputs_func(info, device="cpu", dtype=dtype, requires_grad=False, training=training):
            construct = given.constructor_input
            if given.forward_input is None:
                continue
            args, kwargs = _positional(info.module_cls.forward, given.forward_input)
            yield Sample(
                info.module_cls,
                args,
                kwargs,
                (tuple(construct.args), dict(construct.kwargs)),
                training,
                True,
                info.name,
            )


def _positional(forward: Any, given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments by position as far as they go: Keras layers call their first input otherwise."""
    args, kwargs = list(given.args), dict(given.kwargs)
    for name in list(inspect.signature(forward).parameters)[1 + len(args) :]:
        if name not in kwargs:
            break
        args.append(kwargs.pop(name))
    return tuple(args), kwargs


def optimizer_settings(name: str) -> list[dict[str, Any]]:
    """The keyword arguments with which torch tests an optimizer."""
    info = _optimizers()[resolve(name)]
    return [dict(given.kwargs) for given in info.optim_inputs_func(device="cpu")]
