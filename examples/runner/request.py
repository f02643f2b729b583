"""What a worker is asked: one request a line, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

# `example` and `snippet` (its TensorFlow side in all modes) take the name of an example; `sweep`, `modes`
# and `domain` the index of a signature; `program` nothing.
Kind = Literal["example", "snippet", "sweep", "modes", "domain", "program"]


@dataclass(frozen=True)
class Request:
    """One check of the file at `path`."""

    kind: Kind
    path: Path
    name: str = ""
    index: int = 0

    def line(self) -> str:
        """The request as it is sent."""
        return json.dumps(asdict(self) | {"path": str(self.path.resolve())})

    @classmethod
    def read(cls, line: str) -> Request:
        """The request that was sent."""
        data = json.loads(line)
        return cls(**data | {"path": Path(data["path"])})
