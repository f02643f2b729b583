"""The text of `load_state(model, state)`: a PyTorch state dict put into the ported model by the recipes."""

from __future__ import annotations

import ast
import re

from api.port.classes.modules import ModulePorter
from loader.publish.document import Weight

MOST_LEVELS = 4  # of a stack of recurrent layers whose number is not written out

HEAD = '''def load_state(model, state):
    """Put a PyTorch state dict (NumPy arrays by name) into the built model."""
    renamed = {renamed}
    # By kind of Keras layer, what becomes of each entry: the end of a variable's path, and its value.
    recipes = [
{recipes}
    ]

    def put(layer, entries, kind, recipe):
        """Whether the recipe fits: every entry has its place, and the shapes agree."""
        kinds = {{type(inner).__name__ for inner in layer._flatten_layers()}}
        if kind not in kinds or not set(entries) <= set(recipe):
            return False
        found = []
        for name, places in recipe.items():
            for end, value in places.items() if name in entries else ():
                variables = [v for v in layer.weights if ("/" + v.path).endswith("/" + end)]
                if len(variables) != 1:
                    return False
                try:
                    made = value(entries[name], entries, tuple(variables[0].shape))
                except (KeyError, ValueError, IndexError):
                    return False
                if np.shape(made) != tuple(variables[0].shape):
                    return False
                found.append((variables[0], made))
        for variable, made in found:
            variable.assign(made)
        return True

    def descend(part, entries, path):
        if hasattr(part, "weights") and any(put(part, entries, *recipe) for recipe in recipes):
            return
        children = {{}}
        for name, value in entries.items():
            first, _, rest = name.partition(".")
            if rest:
                children.setdefault(first, {{}})[rest] = value
            else:
                getattr(part, renamed.get(name, name)).assign(value)
        for name, inner in children.items():
            if isinstance(part, dict):
                child = part[name]
            elif name.isdigit():
                child = (part.layers if hasattr(part, "layers") else part)[int(name)]
            elif type(part).__name__ == "Sequential":  # children by name, in order
                child = [layer for layer in part.layers if layer.weights][list(children).index(name)]
            elif hasattr(part, renamed.get(name, name)):
                child = getattr(part, renamed.get(name, name))
            else:
                raise KeyError(f"{{path}}{{name}}: the model has no such part")
            descend(child, inner, f"{{path}}{{name}}.")

    descend(model, dict(state), "")
'''


def load_state_text(porter: ModulePorter) -> str:
    """The function for the layers of this source; empty where it has none."""
    recipes: dict[str, str] = {}
    for called in porter.inference.called.values():
        if not called.name.startswith("torch.nn.") or called.side != "torch" or called.receiver is not None:
            continue
        entry = porter.library.entry(called.name)
        if entry is None or not entry.document.weights or entry.document.kind != "layer":
            continue
        levels = _levels(called.node)
        text = _recipe(entry.document.weights, levels)
        if text:
            twin = entry.document.tf.name.rpartition(".")[2] if entry.document.tf else ""
            recipes[f'("{twin}", {{{text}}})'] = called.name.rpartition(".")[2]
    if not recipes and not porter.modules:
        return ""
    renamed = {old: new for (_, old), new in sorted(porter._renamed.items(), key=lambda item: item[0][1])}
    lines = [f"        {text},  # {name}" for text, name in recipes.items()]
    return "import numpy as np\n\n\n" + HEAD.format(renamed=repr(renamed).replace("'", '"'), recipes="\n".join(lines))


def _levels(node: ast.expr) -> int:
    if not isinstance(node, ast.Call):
        return 1
    given = next(
        (k.value for k in node.keywords if k.arg == "num_layers"), node.args[2] if len(node.args) > 2 else None
    )
    if isinstance(given, ast.Constant) and isinstance(given.value, int):
        return max(1, min(given.value, 16))
    return 1 if given is None else MOST_LEVELS


def _recipe(weights: list[Weight], levels: int) -> str:
    parts: dict[str, list[str]] = {}
    for weight in weights:
        for level in range(levels if "{k}" in weight.entry else 1):
            entry, to, transform = (
                re.sub(r"\{k\}", str(level), text or "") for text in (weight.entry, weight.to, weight.transform)
            )
            places = parts.setdefault(entry, [])
            if to:
                places.append(f'"{to}": lambda w, state, shape: {transform}')
    return ", ".join(f'"{entry}": {{{", ".join(places)}}}' for entry, places in parts.items())
