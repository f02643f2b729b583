"""What a question says besides its words: names in it, the framework it comes from, the kind of thing it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loader.model.dotted import OTHER, Side

# `tf.one_hot`, `F.interpolate`, `model.eval()`, `nn.BatchNorm2d(3)`
_DOTTED = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_FRAMEWORKS: dict[str, Side] = {
    **dict.fromkeys(("pytorch", "torch"), "torch"),
    **dict.fromkeys(("tensorflow", "keras", "tf", "tf2", "tensorflow2"), "tf"),
}
_FRAMEWORK = re.compile(rf"(?<![\w.])(?:{'|'.join(_FRAMEWORKS)})(?![\w.])", re.IGNORECASE)
_AROUND = frozenset(
    ("equivalent", "version", "counterpart", "alternative", "of", "in", "to", "for", "the", "what", "is", "a", "from")
)
_KINDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("function", "functions", "函数"), frozenset({"function", "method"})),
    **dict.fromkeys(("layer", "layers", "层"), frozenset({"layer"})),
    **dict.fromkeys(("loss", "损失"), frozenset({"loss", "function"})),
    **dict.fromkeys(("optimizer", "optimiser", "优化器"), frozenset({"optimizer"})),
    **dict.fromkeys(("metric", "指标"), frozenset({"metric"})),
    **dict.fromkeys(("scheduler", "schedule"), frozenset({"scheduler"})),
    **dict.fromkeys(("initializer", "initialiser"), frozenset({"initializer"})),
}


@dataclass(frozen=True)
class Question:
    """A reader's text, taken apart. `rest` is what remains to be looked for once frameworks are no words any more."""

    names: tuple[str, ...]
    rest: str
    side: Side | None  # the framework that the question comes from
    kinds: frozenset[str]
    plain: str  # the rest without the word that says a kind


def read_question(text: str) -> Question:
    """Take a text apart; one word stays what it is."""
    if " " not in text.strip():
        return Question((), text, None, frozenset(), text)
    names = tuple(dict.fromkeys(_DOTTED.findall(text)))
    named = [_FRAMEWORKS[found.lower()] for found in _FRAMEWORK.findall(text)]
    side = OTHER[named[0]] if named else None
    rest = _FRAMEWORK.sub(" ", text)
    words = rest.split()
    if named:  # "pytorch equivalent of": of these words nothing is looked for
        words = [word for word in words if word.lower().strip("?:,") not in _AROUND]
    if not words:
        return Question(names, text, None, frozenset(), text)
    said = [word.lower() for word in words if word.lower() in _KINDS]
    kinds = _KINDS[said[-1]] if said else frozenset()
    plain = " ".join(word for word in words if word.lower() not in _KINDS) or " ".join(words)
    return Question(names, " ".join(words), side, kinds, plain)
