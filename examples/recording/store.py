"""The recorded samples as files: one for each area, one sample a line, generated and never edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from examples.frameworks import versions
from examples.recording.choose import Sample, chosen
from examples.recording.run import Recorded, tests_folder
from loader.files import write_text

FOLDER = Path(__file__).parent / "data"
COMMAND = "python -m examples.recording"
BOUND = 16  # samples of one name

Samples = dict[str, list[Sample]]  # by name; each with its origin under "test"


def merged(parts: list[Recorded]) -> Samples:
    """At most `BOUND` samples of each name, those of the tests that are about it first."""
    found: dict[str, list[tuple[bool, str, int, Sample]]] = {}
    for part in parts:
        for file, names in part.items():
            for name, samples in names.items():
                away = not file.startswith(home(name))
                listed = found.setdefault(name, [])
                listed += [(away, file, index, {"test": file} | sample) for index, sample in enumerate(samples)]
    ordered = {name: sorted(listed, key=lambda one: one[:3]) for name, listed in sorted(found.items())}
    return {name: chosen([one[3] for one in listed], BOUND) for name, listed in ordered.items()}


def home(name: str) -> str:
    """Where the tests about a name are: `layers/` for a layer, `ops/` for what has no tests of its own."""
    parts = name.removeprefix("tf.").split(".")
    return f"{parts[1]}/" if parts[0] == "keras" else "ops/"


def area(name: str) -> str:
    """The file that a name belongs to."""
    parts = name.removeprefix("tf.").split(".")
    if parts[0] == "keras":
        return f"keras.{parts[1]}"
    return "tf" if len(parts) == 1 else f"tf.{parts[0]}"


def header() -> dict[str, str]:
    """What the samples were recorded with: the versions, and a digest of the files of tests."""
    digest = hashlib.sha256()
    for path in sorted(tests_folder().rglob("*_test.py")):
        digest.update(path.read_bytes())
    known = versions()
    return {
        "generated": f"{COMMAND}; do not edit",
        "keras": known["keras"],
        "tensorflow": known["tensorflow"],
        "tests": digest.hexdigest()[:16],
    }


def write(samples: Samples) -> None:
    """Write all files; those of areas that are no longer recorded go."""
    by_area: dict[str, Samples] = {}
    for name, listed in sorted(samples.items()):
        by_area.setdefault(area(name), {})[name] = listed
    for path in FOLDER.glob("*.json"):
        if path.stem not in by_area:
            path.unlink()
    head = header()
    for stem, names in by_area.items():
        write_text(FOLDER / f"{stem}.json", _render(head, names))


def _render(head: dict[str, str], names: Samples) -> str:
    blocks = [
        f"{json.dumps(name)}:[\n" + ",\n".join(_compact(sample) for sample in listed) + "\n]"
        for name, listed in names.items()
    ]
    return f'{_compact(head)[:-1]},"names":{{\n' + ",\n".join(blocks) + "\n}}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1)
def read() -> Samples:
    """All samples by name."""
    return {name: samples for _, names in _files() for name, samples in names.items()}


def headers() -> list[dict[str, str]]:
    """What stands at the head of each file."""
    return [head for head, _ in _files()]


def _files() -> Iterator[tuple[dict[str, str], Samples]]:
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        names = data.pop("names")
        yield data, names
