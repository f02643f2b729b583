"""A mapping as Markdown: for chatbots, for curl, and for whoever reads without a browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.lookup.catalogue import CallAnswer
from loader.publish import document as doc
from loader.publish.measured import SIZES, DtypeEvidence, ModeEvidence
from loader.publish.program_document import ProgramBrief


def markdown(mapping: doc.MappingDocument) -> str:
    """The whole document except the scripts, the answer first."""
    return "\n\n".join(_sections(mapping)) + "\n"


def call_section(call: CallAnswer) -> str:
    """A call as somebody gave it, in the other framework."""
    code = "\n\n\n".join(part for part in (call.helpers, call.code) if part)
    return f"## The call\n\n{_code(code)}\n\n" + "".join(f"- left: {reason}\n\n" for reason in call.left)


def llms_txt(
    about: doc.VersionDocument, modules: Iterable[doc.ModuleDocument], programs: Iterable[ProgramBrief]
) -> str:
    """The index that language models look for: a title, a summary, and a link to every page."""
    frameworks = ", ".join(f"{name} {version}" for name, version in sorted(about.frameworks.items()))
    parts = [
        "# twintensor",
        f"> Every PyTorch call and its TensorFlow twin, each proven by running both. Dataset {about.dataset}, "
        f"{about.mappings} mappings, measured with {frameworks}.",
        "Ask `/map?torch=nn.Conv2d` or `/map?tf=tf.concat` for a name, `/search?q=words` for a question; POST source "
        "code to `/scan`. Every mapping has a page as text below; `.json` instead of `.md` gives it with its evidence.",
    ]
    lines = [f"- [{program.title}](/programs/{program.name}): {program.summary}" for program in programs]
    parts.append("\n".join(["## Worked programs: both sources and their curves, as JSON", "", *lines]))
    for module in modules:
        lines = [f"- [{m.id}](/{m.id}.md): {m.summary}" for m in module.mappings]
        parts.append("\n".join([f"## {module.title}", "", *lines]))
    parts.append(
        "## Optional\n\n- [OpenAPI](/openapi.json): all routes\n- [Dataset, SQLite](/twintensor.sqlite)\n"
        "- [Dataset, JSON](/twintensor.json)"
    )
    return "\n\n".join(parts) + "\n"


def _sections(mapping: doc.MappingDocument) -> Iterator[str]:
    yield f"# {mapping.id}"
    yield mapping.summary
    yield f"**{mapping.relation}**: {mapping.relation_meaning} Evidence: {mapping.status}."
    for title, side in (("PyTorch", mapping.torch), ("TensorFlow", mapping.tf)):
        if side:
            yield f"{title}: " + ", ".join(f"`{name}`" for name in (side.name, *side.also))
    if mapping.gone:
        yield f"Gone since {mapping.gone.since}: {mapping.gone.instead}"
    for overload in mapping.overloads:
        yield from _overload(overload, is_torch=mapping.side == "torch")
    yield from _listed("Limits", [f"{limit.when or limit.what}: {limit.reason}" for limit in mapping.limits])
    yield from _listed("Notes", [_note(note) for note in mapping.notes])
    yield from _listed("Ways of running TensorFlow", [_mode(mode) for mode in mapping.modes])
    yield from _listed("dtypes", [_dtype(found) for found in mapping.dtypes])
    yield from _listed("Weights", [_weight(weight) for weight in mapping.weights])
    yield from _listed("Weights, from Keras to PyTorch", [_weight(weight) for weight in mapping.weights_back])
    for example in mapping.examples:
        yield f"## Example: {example.title or example.name}"
        yield f"{_outcome(example)}\n\n{_code(example.torch)}\n\n{_code(example.tf)}"
    versions = ", ".join(f"{name} {version}" for name, version in sorted(mapping.versions.items()))
    yield f"Measured with {versions}." if versions else "Not measured yet."


def _overload(overload: doc.Overload, *, is_torch: bool) -> Iterator[str]:
    yield f"## `{overload.signature}`"
    if overload.arguments:
        rows = [
            f"| `{a.name}`{_default(a.default)} | {_counterpart(a)}{_default(a.to_default)} | {_cell(a)} |"
            for a in overload.arguments
        ]
        heads = "| PyTorch | TensorFlow | |" if is_torch else "| TensorFlow | PyTorch | |"
        yield "\n".join([heads, "| --- | --- | --- |", *rows])
    if overload.rewrites:
        yield "\n".join(f"- {f'when `{r.when}`' if r.when else 'else'}: `{r.to}`" for r in overload.rewrites)
    if overload.drop_in:
        yield _code(overload.drop_in)


def _counterpart(argument: doc.Argument) -> str:
    if argument.into:
        return f"with `{argument.into}`"
    return ", ".join(f"`{name}`" for name in (argument.to, *argument.further) if name) or "none"


def _default(text: str | None) -> str:
    return "" if text is None else f" = `{text}`".replace("|", "\\|")


def _cell(argument: doc.Argument) -> str:
    parts = [argument.note or ""]
    if argument.convert:
        parts.append(f"pass `{argument.convert}`")
    parts += [f"pass `{value}` as `{name}`" for name, value in argument.further.items()]
    if argument.differs:
        parts.append("**defaults differ**")
    return "; ".join(filter(None, parts)).replace("|", "\\|").replace("\n", " ")


def _note(note: doc.Note) -> str:
    when = f" (when `{note.when}`)" if note.when else ""
    measured = f" Largest difference measured: {note.measured:.3g}." if note.measured is not None else ""
    return f"**{note.kind}**{when}: {note.text.strip()}{measured}"


def _mode(found: ModeEvidence) -> str:
    told = {"holds": "holds", "declared": "cannot be", "fails": "does not hold yet"}[found.status]
    return _with_reason(f"{found.mode}: {told}", found.reason)


def _dtype(found: DtypeEvidence) -> str:
    told = {"holds": "holds", "declared": "holds in part", "refused": "raises", "wrong": "differs"}[found.status]
    return _with_reason(f"{found.dtype}: {told}", found.reason)


def _with_reason(told: str, reason: str | None) -> str:
    return f"{told} ({reason})" if reason else told


def _weight(weight: doc.Weight) -> str:
    if weight.to is None:
        return f"`{weight.entry}`: {weight.unused or f'goes into `{weight.into}`'}"
    return f"`{weight.entry}` to `{weight.to}`: `{weight.transform}`"


def _outcome(example: doc.Example) -> str:
    found = example.evidence
    size = found.difference
    largest = "" if size is None else f", by up to {size:.2g}" if isinstance(size, float) else f", {SIZES[size]}"
    told = {"match": "Both give the same", "differ": "These two differ", "error": "One side raises"}
    return f"{told[example.outcome]} ({found.status}{largest})."


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield "\n".join([f"## {title}", "", *(f"- {line}" for line in lines)])


def _code(text: str) -> str:
    return f"```python\n{text.strip()}\n```"
