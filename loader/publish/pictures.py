"""Pictures for pages: curves of both frameworks over each other, and which pixels a window takes.

The values were measured by `python -m examples.pictures`, which writes the file that is read here. A picture whose
example has changed since, or that was measured with other versions, is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from loader.files import read_bounded
from loader.model.mapping import Mapping
from loader.proof.evidence import example_hash
from loader.publish.pages import Page

FILE = Path("examples/pictures.json")
MAX_BYTES = 64 * 2**20  # of the file
WIDTH, HEIGHT = 300.0, 190.0  # of one panel, in the units of the drawing
LEFT, BOTTOM, TOP = 58.0, 24.0, 20.0  # room for numbers and the title
CELL = 26.0  # one pixel of a row of pixels


class Measured(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Panel(Measured):
    """One coordinate system: the values of both frameworks over the same `x`, rounded for drawing.

    `largest` is the largest difference before rounding.
    """

    title: str
    x: list[float]
    torch: list[float]
    tf: list[float]
    largest: float


class Curves(Measured):
    """What an example gives over a range of inputs or steps."""

    kind: Literal["curves"] = "curves"
    example: str
    hash: str
    panels: list[Panel]


class Windows(Measured):
    """The pixels of a row that each result takes; positions below 0 or from `pixels` on are padding."""

    kind: Literal["windows"] = "windows"
    title: str
    hash: str
    pixels: int
    torch: list[list[int]]
    tf: list[list[int]]


class Pictures(Measured):
    """The whole file. Keys are ids of mappings."""

    generated: str = "by `python -m examples.pictures`; do not edit"
    versions: dict[str, str] = {}
    curves: dict[str, list[Curves]] = {}
    windows: dict[str, list[Windows]] = {}


def read_pictures(path: Path) -> Pictures:
    """The committed pictures; none where there is no file.

    Raises:
        ValueError: the file was not written by the command.
        FileError: it cannot be read.
    """
    if not path.is_file():
        return Pictures()
    try:
        return Pictures.model_validate_json(read_bounded(path, MAX_BYTES))
    except ValueError as error:
        raise ValueError(
            f"{path}: not readable; write it again with `python -m examples.pictures` ({error})"
        ) from error


def picture_pages(mapping: Mapping, pictures: Pictures) -> Iterator[Page]:
    """The page of a mapping that has pictures: `pictures/torch.nn.GELU`."""
    if figures := list(drawn(mapping, pictures)):
        yield Page(f"pictures/{mapping.name}", "\n".join(figures).encode())


def drawn(mapping: Mapping, pictures: Pictures) -> Iterator[str]:
    """The pictures of a mapping that still hold, as HTML figures."""
    examples = {example.name: example for example in mapping.examples}
    for number, curves in enumerate(pictures.curves.get(mapping.name, [])):
        example = examples.get(curves.example)
        if example and example_hash(mapping, example) == curves.hash:
            yield _curves(mapping.name, number, curves)
    for number, windows in enumerate(pictures.windows.get(mapping.name, [])):
        yield _windows(mapping.name, number, windows)


def digest(*texts: str) -> str:
    """Identifies code that was run for a picture."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


LEGEND = '<span class="key torch">PyTorch</span> <span class="key tf">TensorFlow</span>'


def _svg(name: str, width: float, height: float, title: str, told: str, body: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-title {name}-told">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-told">{escape(told)}</desc>{body}</svg>'
    )


def _figure(drawings: str, caption: str) -> str:
    return f'<figure class="picture"><div>{drawings}</div><figcaption>{LEGEND} {caption}</figcaption></figure>'


def _curves(mapping_id: str, number: int, curves: Curves) -> str:
    drawings = "".join(
        _svg(
            f"picture-{number}-{n}",
            WIDTH,
            HEIGHT,
            f"{panel.title} of {mapping_id}, example {curves.example}",
            f"PyTorch goes from {panel.torch[0]:.3g} to {panel.torch[-1]:.3g}, TensorFlow from {panel.tf[0]:.3g} to "
            f"{panel.tf[-1]:.3g}; largest difference {panel.largest:.2g}.",
            _panel(panel),
        )
        for n, panel in enumerate(curves.panels)
    )
    name = escape(curves.example)
    largest = " and ".join(f"{panel.largest:.2g} in the {panel.title.split()[0]}" for panel in curves.panels)
    if len(curves.panels) == 1:
        largest = f"{curves.panels[0].largest:.2g}"
    caption = f'<a href="#{name}">{name.replace("-", " ")}</a>: largest difference {largest}.'
    return _figure(drawings, caption)


def _panel(panel: Panel) -> str:
    low, high = min([*panel.torch, *panel.tf]), max([*panel.torch, *panel.tf])
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    first, last = panel.x[0], panel.x[-1]

    def across(value: float) -> float:
        return LEFT + (value - first) / (last - first) * (WIDTH - LEFT - 12)

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP)

    parts = [f'<text class="name" x="{LEFT:g}" y="12">{escape(panel.title)}</text>']
    for value in (low, high):
        parts.append(_number(LEFT - 4, up(value) + 4, value, "end"))
    for value, anchor in ((first, "start"), (last, "end")):
        parts.append(_number(across(value), HEIGHT - 8, value, anchor))
    axes = f"M{LEFT:g} {up(high):.1f}V{HEIGHT - BOTTOM:g}H{WIDTH - 12:g}"
    if low < 0 < high:
        axes += f"M{LEFT:g} {up(0):.1f}H{WIDTH - 12:g}"
    if first < 0 < last:
        axes += f"M{across(0):.1f} {up(high):.1f}V{HEIGHT - BOTTOM:g}"
    parts.append(f'<path class="axis" d="{axes}"/>')
    for side, values in (("torch", panel.torch), ("tf", panel.tf)):
        points = "L".join(f"{across(x):.1f} {up(y):.1f}" for x, y in zip(panel.x, values, strict=True))
        parts.append(f'<path class="curve {side}" d="M{points}"/>')
    return "".join(parts)


def _number(x: float, y: float, value: float, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{value:.3g}</text>'


def _windows(mapping_id: str, number: int, windows: Windows) -> str:
    """Two rows of pixels, one for each framework; below each the windows, one line a result."""
    every = [position for rows in (windows.torch, windows.tf) for row in rows for position in row]
    first, last = min([0, *every]), max([windows.pixels - 1, *every])
    width = 90 + (last - first + 1) * CELL + 10
    body, top = "", 0.0
    for side, label, rows in (("torch", "PyTorch", windows.torch), ("tf", "TensorFlow", windows.tf)):
        body += f'<text class="name {side}" x="0" y="{top + 18:g}">{label}</text>'
        for position in range(first, last + 1):
            inside = 0 <= position < windows.pixels
            x = 90 + (position - first) * CELL
            kind, text = ("pixel", str(position + 1)) if inside else ("pixel padding", "0")
            body += f'<rect class="{kind}" x="{x:g}" y="{top + 2:g}" width="{CELL:g}" height="22"/>'
            body += f'<text x="{x + CELL / 2:g}" y="{top + 17:g}" text-anchor="middle">{text}</text>'
        for line, row in enumerate(rows):
            x, y = 90 + (row[0] - first) * CELL + 3, top + 32 + line * 9
            body += f'<path class="curve {side}" d="M{x:g} {y:g}h{len(row) * CELL - 6:g}"/>'
        top += 44 + 9 * len(rows)
    told = "; ".join(
        f"{label}: " + ", ".join(_range(row, windows.pixels) for row in rows)
        for label, rows in (("PyTorch", windows.torch), ("TensorFlow", windows.tf))
    )
    caption = f"{escape(windows.title)}. Each line is a result and the pixels that it takes; 0 is padding."
    return _figure(_svg(f"window-{number}", width, top, f"{windows.title}, {mapping_id}", told, body), caption)


def _range(row: list[int], pixels: int) -> str:
    inside = [position + 1 for position in row if 0 <= position < pixels]
    return f"pixels {inside[0]} to {inside[-1]}" + (" and padding" if len(inside) < len(row) else "")
