"""Functions that stand once at the top of a ported file, and the imports that its text needs."""

from __future__ import annotations

import ast
import builtins

from api.port.plan.planner import Group, Planner
from api.port.write.text import broken, code
from loader.evaluate.specialise import Specialised

INDEXED = '''
def {name}(x, key):
    """x[key] with integers, slices, None, lists, masks and integer tensors, as in NumPy."""
    keys = [np.asarray(k) if isinstance(k, (list, range)) else k for k in (key if isinstance(key, tuple) else (key,))]
    places = np.arange(tf.size(x)).reshape(x.shape)
    places = places[tuple(k.numpy() if tf.is_tensor(k) else k for k in keys)]
    return tf.gather(tf.reshape(x, [-1]), places)
'''
UPDATED = '''
def {name}(x, select, value):
    """x after `x[...] = value`; `select` is that indexing."""
    places = select(tf.reshape(tf.range(tf.size(x)), tf.shape(x)))
    value = tf.broadcast_to(tf.cast(value, x.dtype), tf.shape(places))
    flat = tf.tensor_scatter_nd_update(tf.reshape(x, [-1]), tf.reshape(places, [-1, 1]), tf.reshape(value, [-1]))
    return tf.reshape(flat, tf.shape(x))
'''
DIVIDE = '''
def {name}(x, y):
    """x / y; integers give the default float, as in PyTorch."""
    return keras.ops.true_divide(x, y) if tf.is_tensor(x) or tf.is_tensor(y) else x / y
'''
NOT_PORTED = '''
def {name}(what):
    """Marks what was not ported: fails when it is reached."""
    raise NotImplementedError(what)
'''
AS_LAYER = '''
class {name}(keras.layers.Layer):
    """A function of tensors as a layer, told whether it trains."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, *args, training=False):
        return self.function(*args, training=training)
'''
ADVANCE = '''
def {name}(schedule, optimizer):
    """One step of a schedule: the next learning rate of its optimizer."""
    schedule.steps = getattr(schedule, "steps", 0) + 1
    optimizer.learning_rate = schedule(schedule.steps)
'''
LOAD_WEIGHTS = '''
def {name}(model, weights):
    """Give a model its weights, a list or a file; one that is not built gets them when it is first called, eagerly."""
    put = model.set_weights if isinstance(weights, list) else model.load_weights
    if model.built:
        put(weights)
        return
    call = model.call

    def first(*args, **kwargs):
        made = call(*args, **kwargs)
        if not tf.executing_eagerly():  # Keras looks at shapes only
            return made
        model.call = call
        put(weights)
        return call(*args, **kwargs)

    model.call = first
'''
LOAD_OPTIMIZER = '''
def {name}(optimizer, state):
    """Give an optimizer its state; one that is not built gets it with its variables."""
    build = optimizer.build

    def restored(variables):
        build(variables)
        for variable, value in zip(optimizer.variables, state, strict=True):
            variable.assign(value)

    if optimizer.built:
        restored(None)
    else:
        optimizer.build = restored
'''
SAVE = '''
def {name}(value, path):
    """Write a value to a file, tensors as arrays."""
    value = tf.nest.map_structure(lambda leaf: leaf.numpy() if tf.is_tensor(leaf) else leaf, value)
    with open(path, "wb") as file:
        pickle.dump(value, file)
'''
LOAD = '''
def {name}(path):
    """Read what `save` wrote."""
    with open(path, "rb") as file:
        value = pickle.load(file)
    return tf.nest.map_structure(lambda leaf: tf.constant(leaf) if isinstance(leaf, np.ndarray) else leaf, value)
'''
ADDED = '''
def {name}(one, two):
    """Gradients added up, as PyTorch adds them until they are set to zero; None stands for none."""
    if one is None:
        return two
    pairs = zip(one, two, strict=True)
    return [b if a is None else a if b is None else tf.convert_to_tensor(a) + tf.convert_to_tensor(b) for a, b in pairs]
'''
IMPORTS = {"tf": "import tensorflow as tf", "keras": "import keras", "np": "import numpy as np",
           "pickle": "import pickle"}  # fmt: skip


class Helpers:
    """The helpers that are used, by name, in the order of their first use."""

    def __init__(self, tree: ast.Module) -> None:
        self._taken = _bound_names(tree) | set(dir(builtins)) | {"tf", "keras", "np", "torch", "nn", "F"}
        self._texts: dict[str, str] = {}
        self._groups: dict[int, str] = {}
        self._named: dict[str, str] = {}
        self.imports: set[str] = set()

    @property
    def texts(self) -> list[str]:
        return list(self._texts.values())

    def note_imports(self, node: ast.AST) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in IMPORTS:
                self.imports.add(inner.id)

    def _fresh(self, wanted: str) -> str:
        name = wanted
        if name in self._taken:
            name = f"torch_{wanted}"
        number = 2
        while name in self._taken:
            name, number = f"torch_{wanted}_{number}", number + 1
        self._taken.add(name)
        return name

    def of_group(self, group: Group, planner: Planner) -> str:
        """The name of a group's helper."""
        if id(group) not in self._groups:
            assert group.made is not None
            name = self._fresh(group.variant.function.name.strip("_"))
            self._groups[id(group)] = name
            self._texts[name] = self._function(name, group, group.made, planner)
        return self._groups[id(group)]

    def _function(self, name: str, group: Group, made: Specialised, planner: Planner) -> str:
        function = group.variant.function
        arguments = function.args
        kept = set(made.parameters)
        ordinary = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(ordinary) - len(arguments.defaults))
        pairs = [(a, d) for a, d in zip(ordinary, [*defaults, *arguments.defaults], strict=True) if a.arg in kept]
        new = ast.arguments(
            posonlyargs=[],
            args=[a for a, _ in pairs],
            vararg=arguments.vararg if arguments.vararg and arguments.vararg.arg in kept else None,
            kwonlyargs=[a for a in arguments.kwonlyargs if a.arg in kept],
            kw_defaults=[d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if a.arg in kept],
            kwarg=None,
            defaults=[d for _, d in pairs if d is not None],
        )
        new.defaults = _trailing(pairs)
        body = planner.tidy([*group.variant.others, *made.body])
        for statement in body:
            self.note_imports(statement)
        docstring = f'"""PyTorch\'s {group.entry.document.id.removeprefix("torch.")}."""'
        head = code(ast.FunctionDef(name, new, [ast.Pass()], [], None)).split("\n")[0]
        lines = [broken(line) for statement in body for line in code(statement).split("\n")]
        return "\n".join(
            [
                broken(head),
                f"    {docstring}",
                *("    " + line if line else "" for text in lines for line in text.split("\n")),
            ]
        )

    def _special(self, key: str, wanted: str, template: str) -> str:
        if key not in self._named:
            name = self._fresh(wanted)
            self._named[key] = name
            self._texts[name] = template.format(name=name).strip("\n")
            for short in IMPORTS:
                if f"{short}." in template:
                    self.imports.add(short)
        return self._named[key]

    def indexed(self) -> str:
        return self._special("indexed", "indexed", INDEXED)

    def updated(self) -> str:
        return self._special("updated", "updated", UPDATED)

    def divide(self) -> str:
        return self._special("divide", "divide", DIVIDE)

    def as_layer(self) -> str:
        return self._special("as_layer", "FunctionLayer", AS_LAYER)

    def advance(self) -> str:
        return self._special("advance", "advance", ADVANCE)

    def load_weights(self) -> str:
        return self._special("load_weights", "load_weights", LOAD_WEIGHTS)

    def load_optimizer(self) -> str:
        return self._special("load_optimizer", "load_optimizer", LOAD_OPTIMIZER)

    def save(self) -> str:
        return self._special("save", "save", SAVE)

    def load(self) -> str:
        return self._special("load", "load", LOAD)

    def added(self) -> str:
        return self._special("added", "added", ADDED)

    def not_ported(self) -> str:
        return self._special("not_ported", "not_ported", NOT_PORTED)


def _trailing(pairs: list[tuple[ast.arg, ast.expr | None]]) -> list[ast.expr]:
    """Defaults of the last parameters: after one without a default none before it may have one."""
    found: list[ast.expr] = []
    for _, default in reversed(pairs):
        if default is None:
            break
        found.append(default)
    return found[::-1]


def _bound_names(tree: ast.Module) -> set[str]:
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    names |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return names | {a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in [*n.args, *n.kwonlyargs]}
