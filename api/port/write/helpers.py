"""Functions that stand once at the top of a ported file, and the imports that its text needs."""

from __future__ import annotations

import ast
import builtins

from api.port.plan.functional import needed
from api.port.plan.planner import Group, Planner
from api.port.plan.rules import Rules
from api.port.write import in_tf, in_torch
from api.port.write.text import broken, code
from loader.evaluate.specialise import Specialised
from loader.model.dotted import Side

TEMPLATES: dict[Side, dict[str, str]] = {"tf": in_tf.TEMPLATES, "torch": in_torch.TEMPLATES}


class Helpers:
    """The helpers that are used, by name, in the order of their first use."""

    def __init__(self, tree: ast.Module, rules: Rules) -> None:
        self._rules = rules
        self._templates = TEMPLATES[rules.target]
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
            if isinstance(inner, ast.Name) and inner.id in self._rules.imports:
                self.imports.add(inner.id)

    def _fresh(self, wanted: str) -> str:
        name = wanted
        if name in self._taken:
            name = f"{self._rules.source}_{wanted}"
        number = 2
        while name in self._taken:
            name, number = f"{self._rules.source}_{wanted}_{number}", number + 1
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
        body = planner.tidy([*needed(made.body, group.variant.others), *made.body])
        for statement in body:
            self.note_imports(statement)
        subject = group.entry.document.id
        owner = "Keras" if subject.startswith("tf.keras.") else self._rules.framework
        docstring = f'"""{owner}\'s {subject.removeprefix("torch.").removeprefix("tf.").removeprefix("keras.")}."""'
        head = code(ast.FunctionDef(name, new, [ast.Pass()], [], None)).split("\n")[0]
        rest = arguments.kwarg.arg if arguments.kwarg else None
        if any(isinstance(n, ast.Name) and n.id == rest for statement in body for n in ast.walk(statement)):
            body.insert(0, ast.parse(f"{rest} = {{}}").body[0])  # nothing more is passed
        lines = [broken(line) for statement in body for line in code(statement).split("\n")]
        return "\n".join(
            [
                broken(head),
                f"    {docstring}",
                *("    " + line if line else "" for text in lines for line in text.split("\n")),
            ]
        )

    def special(self, key: str, wanted: str | None = None) -> str:
        """The name of a helper of the target's own; it stands in the text from now on."""
        if key not in self._named:
            template = self._templates[key]
            name = self._fresh(wanted or key)
            self._named[key] = name
            self._texts[name] = template.format(name=name).strip("\n")
            for short in self._rules.imports:
                if f"{short}." in template:
                    self.imports.add(short)
        return self._named[key]

    def not_ported(self) -> str:
        return self.special("not_ported")


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
