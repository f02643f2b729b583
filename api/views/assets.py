"""Static files of the pages, each at an address that changes with its content."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from mimetypes import guess_type
from pathlib import Path

FOLDER = Path(__file__).with_name("static")


@dataclass(frozen=True)
class Asset:
    """A file that the server sends as it is."""

    name: str
    body: bytes
    media_type: str
    version: str

    @property
    def address(self) -> str:
        """Where the file is; browsers may keep what is there for ever."""
        return f"/static/{self.name}?v={self.version}"


def read_assets(folder: Path = FOLDER) -> dict[str, Asset]:
    """All static files by name."""
    return {path.name: _read(path) for path in sorted(folder.iterdir())}


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    version = blake2b(body, digest_size=6).hexdigest()
    return Asset(path.name, body, guess_type(path.name)[0] or "application/octet-stream", version)
