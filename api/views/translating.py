"""What templates say is translated once, as they are compiled: an environment has one language.

What Jinja does with each text of each page takes more than half of making the page.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from api.views.languages import Language, count, say

_SAYS = ("_", "gettext")


class Translating(Environment):
    """Templates in a language."""

    def __init__(self, language: Language, **options: Any) -> None:
        super().__init__(extensions=["jinja2.ext.i18n"], autoescape=True, **options)
        self._say = partial(say, language.lang)
        self.policies["ext.i18n.trimmed"] = True
        # Of the extension: for what is counted, or is not known before.
        self.install_gettext_callables(self._say, partial(count, language.lang), newstyle=True)  # type: ignore[attr-defined]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _Said(self._say).visit(template)
        return template


class _Said(NodeTransformer):
    """Puts the text in the place of each call that gives it."""

    def __init__(self, say_it: partial[str]) -> None:
        self._say = say_it

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        called = isinstance(node.node, nodes.Name) and node.node.name in _SAYS
        if not called or len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
            return node
        (text,) = node.args
        if not isinstance(text, nodes.Const):
            return node
        said = Markup(self._say(text.value))
        if not node.kwargs:
            return nodes.Const(said % {}, lineno=node.lineno)  # as the extension does it: `%%` is a percent sign
        values = [nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs]
        return nodes.Mod(nodes.Const(said), nodes.Dict(values, lineno=node.lineno), lineno=node.lineno)
