"""Whether what is told in Chinese is what is told in English: as many notes, the same code, the same numbers.

A translation cannot be judged by a program, but an English text that changes mostly changes one of these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from loader.model.dataset import Module, ModuleTranslation
from loader.model.mapping import Translation
from loader.reading.data import CHINESE, MODULE_FILE, Common, Source, Translated, original_of, translation_of
from loader.reading.problems import Problem
from loader.reading.yaml_text import locate

_SPAN = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# Digits that stand by themselves, with what makes one number of them: 3.9, 1e-05, 1,000, 50%.
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:e[-+]?\d+)?(?!\w)%?", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
_CODE = re.compile(r"\w_\w|^_|_$|\.|[a-z][A-Z]|[A-Za-z]\d", re.ASCII)  # what makes a word a name of code
_PLURAL = re.compile(r"(?<=[^s])s$")
_PROSE = frozenset(("PyTorch", "TensorFlow", "NumPy", "SciPy", "e.g", "i.e", "NaN"))
_BROKEN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]\n *[\u3000-\u9fff\uff00-\uffef]")


def translated(source: Source, common: Common) -> Iterator[Problem]:
    """The problems of a mapping's translation, and what it lacks where its module is translated.

    A mapping that is not in the reading order may have a part of it: what is not there is shown in English.
    """
    mapping, chinese = source.mapping, source.chinese
    module = common.modules.get(source.module)
    is_read = source.module in common.chinese and module is not None and mapping.name in module.reading
    if chinese is None:
        if is_read:
            beside = translation_of(source.path)
            if not beside.exists():  # one that cannot be read is told of elsewhere
                message = f"{mapping.name} stands in the reading order of a translated module: write its translation"
                yield Problem(beside, 1, 1, message)
        return
    if found := differences(mapping.summary, chinese.content.summary):
        line, _ = locate(source.text, ("summary",))
        yield chinese.problem(f"not as in {source.path.name}:{line}: {found}", "summary")
    told = chinese.content
    if told.arguments or is_read:
        yield from _arguments(source, chinese)
    if told.notes or is_read:
        notes = [note.text for note in mapping.notes]
        yield from _listed(source, chinese, "notes", "text", notes, told.notes)
    if told.limits or is_read:
        reasons = [limit.reason for limit in mapping.limits]
        yield from _listed(source, chinese, "limits", "reason", reasons, told.limits)
    if told.modes or is_read:
        yield from _modes(source, chinese)


def _arguments(source: Source, chinese: Translated[Translation]) -> Iterator[Problem]:
    """Each parameter with a note has it in Chinese; of a parameter of several signatures the note is one."""
    told = chinese.content.arguments
    noted: set[str] = set()
    for number, overload in enumerate(source.mapping.signatures):
        for name, argument in overload.parameters.items():
            if argument.note is None:
                continue
            noted.add(name)
            if name not in told:
                yield chinese.problem(f"the note of {name} in {source.path.name} is not translated", "arguments")
            elif found := differences(argument.note, told[name]):
                line, _ = locate(source.text, ("signatures", number, "parameters", name))
                yield chinese.problem(f"not as in {source.path.name}:{line}: {found}", "arguments", name)
    for name in told.keys() - noted:
        yield chinese.problem(f"{name} has no note in {source.path.name}", "arguments", name)


def _modes(source: Source, chinese: Translated[Translation]) -> Iterator[Problem]:
    """Each reason why the answer cannot work in a mode."""
    reasons, told = source.mapping.exceptions.modes, chinese.content.modes
    for mode, reason in reasons.items():
        if mode not in told:
            yield chinese.problem(f"exceptions.modes.{mode} in {source.path.name} is not translated", "modes")
        elif found := differences(reason, told[mode]):
            line, _ = locate(source.text, ("exceptions", "modes", mode))
            yield chinese.problem(f"not as in {source.path.name}:{line}: {found}", "modes", mode)
    for mode in told.keys() - reasons.keys():
        yield chinese.problem(f"{source.path.name} has no exceptions.modes.{mode}", "modes", mode)


def _listed(
    source: Source, chinese: Translated[Translation], field: str, key: str, english: list[str], told: list[str]
) -> Iterator[Problem]:
    if len(english) != len(told):
        message = f"{len(told)} {field}, but {source.path.name} has {len(english)}: one text for each, in their order"
        yield chinese.problem(message, field)
        return
    for index, (text, translation) in enumerate(zip(english, told, strict=True)):
        if found := differences(text, translation):
            line, _ = locate(source.text, (field, index, key))
            yield chinese.problem(f"not as in {source.path.name}:{line}: {found}", field, index)


def modules_translated(common: Common) -> Iterator[Problem]:
    """The problems of the translations of modules, and of translations of nothing."""
    for name, chinese in common.chinese.items():
        if module := common.modules.get(name):
            yield from _module(module, chinese)
    originals = {*common.files, *(common.folder / name / MODULE_FILE for name in common.modules)}
    for path in sorted(common.folder.glob(f"*/*{CHINESE}")):
        if original_of(path) not in originals:
            yield Problem(path, 1, 1, "this translates nothing: what it belongs to is gone or has another name")


def _module(module: Module, chinese: Translated[ModuleTranslation]) -> Iterator[Problem]:
    english, told = module.introduction, chinese.content.introduction
    if found := differences(english, told):
        yield chinese.problem(f"not as in {MODULE_FILE}: {found}", "introduction")
    if broken := _BROKEN.search(told):
        piece = broken.group().replace("\n", "⏎")
        message = f"a line ends inside a paragraph ({piece}), which shows as a space: write a paragraph in one line"
        yield chinese.problem(message, "introduction")


def differences(english: str, told: str) -> str:
    """Code, links and numbers that one text has and the other has not, in words; empty where there are none."""
    lacking, more = _marks(english), _marks(told)
    parts = [
        f"{verb} {', '.join(sorted(found.elements()))}"
        for verb, found in (("lacks", lacking - more), ("has in addition", more - lacking))
        if found
    ]
    return "; ".join(parts)


def _marks(text: str) -> Counter[str]:
    """Spans of code, links and numbers, as often as they occur; names of code outside spans, once each."""
    spans = [" ".join(span.split()) for span in _SPAN.findall(text)]
    prose = _SPAN.sub(" ", text)
    links = _LINK.findall(prose)
    prose = _LINK.sub("] ", prose)
    words = {_PLURAL.sub("", word) for word in _WORD.findall(prose)} - _PROSE  # of one thing or of several
    names = {word for word in words if _CODE.search(word)}
    return Counter([*(f"`{span}`" for span in spans), *links, *_NUMBER.findall(prose), *names])
