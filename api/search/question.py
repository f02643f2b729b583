"""What a question says besides its words: names in it, the framework it comes from, the kind of thing it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loader.model.dotted import OTHER, Side
from loader.text import is_han

# `tf.one_hot`, `F.interpolate`, `model.eval()`, `nn.BatchNorm2d(3)`
_DOTTED = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_FRAMEWORKS: dict[str, Side] = {
    **dict.fromkeys(("pytorch", "torch", "torch.nn"), "torch"),
    **dict.fromkeys(("tensorflow", "keras", "tf", "tf1", "tf2", "tensorflow1", "tensorflow2", "tf.keras"), "tf"),
}
_FRAMEWORK = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, _FRAMEWORKS))})(?![\w.])", re.IGNORECASE)
# Beside a framework's name these ask for the other one's answer and say nothing of what is looked for.
_AROUND = frozenset(
    (
        *("a", "also", "an", "analog", "analogue", "and", "alternative", "api", "are", "as", "but", "by", "call"),
        *("called", "can", "code", "convert", "converting", "corresponding", "corresponds", "counterpart", "did", "do"),
        *("does", "doing", "equivalence", "equivalent", "equivalents", "exist", "for", "from", "get", "have", "how"),
        *("i", "implement", "in", "instead", "into", "is", "it", "its", "like", "migrate", "migrating", "migration"),
        *("my", "name", "named", "need", "of", "one", "or", "please", "port", "porting", "replace", "replacement"),
        *("replaces", "replicate", "rewrite", "similar", "something", "style", "substitute", "that", "the", "there"),
        *("thing", "this", "to", "translate", "translating", "translation", "use", "used", "user", "users", "using"),
        *("version", "versus", "vs", "want", "way", "we", "what", "what's", "which", "with", "write", "writing", "you"),
    )
)
_AROUND_HAN = re.compile(
    "怎么(?:实现|写|用|做|办|改|转|表示|替代|替换)?|如何(?:实现|写|做|表示|替代|替换)?|怎样|对应(?:的是什么|的是|什么|于|的)?|等价(?:于|的)?"
    "|相当于|替代品?|替换成?|替换为|换成|换为|改成|改写成?|转换?(?:成|为|到)|(?<!自己)实现|写法|版本?的?|类似(?:于)?"
    "|有没有|有什么|是什么|用什么|什么|哪个|请问|里面?的?|(?<![使调应作])用|中的|[的在是与和跟吗呢]|^中(?![位心值间])|^[转换到]$"
)
# Between Chinese and anything else readers put a space or none.
_BOUNDARY = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z0-9_)])(?=[\u4e00-\u9fff])")
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
    text = _BOUNDARY.sub(" ", text)
    if " " not in text.strip():
        return Question((), text, None, frozenset(), text)
    named = [_FRAMEWORKS[found.lower()] for found in _FRAMEWORK.findall(text)]
    side = OTHER[named[0]] if named else None
    rest = _FRAMEWORK.sub(" ", text)
    names = tuple(dict.fromkeys(_DOTTED.findall(rest)))
    words = rest.split()
    if named:  # "pytorch equivalent of": of these words nothing is looked for
        words = [left for word in words if word.lower().strip("?:,") not in _AROUND for left in _said(word)]
    if not words:
        return Question(names, text, None, frozenset(), text)
    said = [word.lower() for word in words if word.lower() in _KINDS]
    kinds = _KINDS[said[-1]] if said else frozenset()
    plain = " ".join(word for word in words if word.lower() not in _KINDS) or " ".join(words)
    return Question(names, " ".join(words), side, kinds, plain)


def _said(word: str) -> list[str]:
    """What Chinese says besides asking for the other framework's answer; any other word as it is."""
    return _AROUND_HAN.sub(" ", word).split() if is_han(word[0]) else [word]
