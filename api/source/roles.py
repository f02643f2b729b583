"""What a variable is by what is asked of it: a model, an optimizer, a schedule, a scaler of gradients."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from loader.calls.decide import dotted

MODULE = "torch.nn.Module"
OPTIMIZER = "torch.optim.Optimizer"
SCHEDULE = "torch.optim.lr_scheduler.LRScheduler"
SCALER = "torch.amp.GradScaler"

# Asked of nothing but a model.
OF_MODEL = frozenset(
    """
    parameters named_parameters modules named_modules children named_children buffers named_buffers register_buffer
    register_parameter add_module register_forward_hook register_forward_pre_hook
    """.split()  # noqa: SIM905 - words
)
# Asked of a model and of others: together with a call of it, or with its name.
OF_MODEL_TOO = frozenset(("train", "eval", "state_dict", "load_state_dict", "zero_grad", "requires_grad_"))
MODELS = frozenset(
    """
    model net network module encoder decoder generator discriminator backbone classifier teacher student policy actor
    critic netg netd autoencoder vae gan resnet unet transformer
    """.split()  # noqa: SIM905 - words
)


def roles(nodes: Iterable[ast.AST], wanted: Iterable[str] | None = None) -> dict[str, str]:
    """By name (`model`, `self.model`) in some nodes, the class that it is an instance of; `wanted`: no other names."""
    asked: dict[str, set[str]] = defaultdict(set)
    called: set[str] = set()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if (name := dotted(owner)) is not None:
                asked[name].add(attr)
                if (own := dotted(node.func)) is not None:
                    called.add(own)
            case ast.Call(func=ast.Name(id=name)):
                called.add(name)
            case ast.Attribute(value=owner, attr="param_groups") if (name := dotted(owner)) is not None:
                asked[name].add("param_groups")
    names = asked.keys() if wanted is None else asked.keys() & set(wanted)
    found = {name: _role(name.rpartition(".")[2].lower(), asked[name], is_called=name in called) for name in names}
    return {name: role for name, role in found.items() if role is not None}


def _role(leaf: str, asked: set[str], *, is_called: bool) -> str | None:
    if "scale" in asked and asked & {"step", "update", "unscale_"}:
        return SCALER
    of_schedule = asked & {"step", "get_last_lr", "state_dict", "load_state_dict"}
    if of_schedule and ("sched" in leaf or "get_last_lr" in asked):
        return SCHEDULE
    is_optimizer = leaf.startswith(("optim", "opt")) or leaf.endswith(("optim", "optimizer", "optimiser", "opt"))
    if {"zero_grad", "step"} <= asked or "param_groups" in asked or (is_optimizer and asked & {"zero_grad", "step"}):
        return OPTIMIZER
    if is_optimizer:
        return OPTIMIZER if asked & {"state_dict", "load_state_dict"} else None
    if asked & OF_MODEL:
        return MODULE
    if asked & OF_MODEL_TOO and (is_called or is_model_name(leaf)):
        return MODULE
    return None


def is_model_name(leaf: str) -> bool:
    """Whether people call a model so: `model`, `netG`, `my_model`, `encoder2`."""
    bare = leaf.lower().strip("_0123456789")
    return bare in MODELS or bare.endswith(("model", "net"))
