"""Training curves as SVG. Colours are classes of the style sheet, so that a picture follows light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 12, 34
WIDE_RANGE = 20.0  # largest by smallest loss above which a logarithmic axis shows more


@dataclass(frozen=True)
class Line:
    """One curve: its name in the legend and in the style sheet, and one value for each step."""

    label: str
    style: str
    values: Sequence[float]


def curves(lines: Sequence[Line], about: str) -> str:
    """Losses over steps; `about` says in words what can be seen."""
    every = [value for line in lines for value in line.values]
    wide = min(every) > 0 and max(every) > WIDE_RANGE * min(every)
    return _draw(lines, about, "loss", logarithmic=wide)


def gaps(losses: dict[str, list[float]], bound: float, about: str) -> str:
    """How far the losses of TensorFlow and of the port are from PyTorch's at each step, and the tolerance."""
    smallest = 1e-8  # losses that are equal in all seven digits have no place on a logarithmic axis
    steps = len(losses["torch"])

    def gap(which: str) -> list[float]:
        pairs = zip(losses["torch"], losses[which], strict=True)
        return [max(smallest, abs(a - b) / max(1.0, abs(a))) for a, b in pairs]

    lines = [
        Line("TensorFlow", "tf", gap("tf")),
        Line("as people port it", "ported", gap("ported")),
        Line("tolerance", "bound", [bound] * steps),
    ]
    return _draw(lines, about, "difference", logarithmic=True)


def _draw(lines: Sequence[Line], about: str, unit: str, *, logarithmic: bool) -> str:
    every = [value for line in lines for value in line.values]
    steps = max(len(line.values) for line in lines)
    low, high, ticks = _log_axis(every) if logarithmic else _axis(every)

    def x(step: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (step - 1) / max(1, steps - 1)

    def y(value: float) -> float:
        at = math.log10(value) if logarithmic else value
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (at - low) / (high - low))

    parts = [
        f'<svg class="curves" viewBox="0 0 {WIDTH} {HEIGHT + 24}" role="img" aria-label="{escape(about)}">',
        f'<path class="frame" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>',
    ]
    for tick in ticks:
        parts.append(f'<path class="grid" d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.3g}</text>')
    for step in sorted({1, (steps + 1) // 2, steps}):
        parts.append(f'<text x="{x(step):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{step}</text>')
    parts.append(f'<text x="{LEFT}" y="{HEIGHT + 16}">{escape(unit)}:</text>')
    for line in lines:
        points = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in enumerate(line.values, start=1))
        parts.append(f'<polyline class="line {line.style}" points="{points}"/>')
    at = LEFT + 16 + 7 * len(unit)
    for line in lines:
        parts.append(f'<path class="line {line.style}" d="M{at} {HEIGHT + 12}h22"/>')
        parts.append(f'<text x="{at + 28}" y="{HEIGHT + 16}">{escape(line.label)}</text>')
        at += 52 + 7 * len(line.label)
    return "\n".join([*parts, "</svg>"])


def _axis(values: list[float]) -> tuple[float, float, list[float]]:
    """From below the smallest to above the largest value, with a tick at each round number between."""
    spread = max(values) - min(values) or 1.0
    unit = 10 ** math.floor(math.log10(spread))
    step = next(unit * size for size in (0.2, 0.5, 1, 2) if spread / (unit * size) <= 6)
    first, last = math.floor(min(values) / step), math.ceil(max(values) / step)
    last = max(last, first + 1)
    return first * step, last * step, [round(n * step, 10) for n in range(first, last + 1)]


def _log_axis(values: list[float]) -> tuple[float, float, list[float]]:
    """Powers of ten around the values; with many of them, every second one has a tick."""
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    last = max(last, first + 1)
    return first, last, [10.0**power for power in range(first, last + 1, 1 + (last - first) // 6)]
