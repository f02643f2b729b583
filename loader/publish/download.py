"""The whole dataset as one JSON text, compressed once by the build, so that no server has to do it for each reader."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE = 16_384  # bytes: so much of it, ten times as much unpacked, is sent without others having their turn
_GZIP = 31  # zlib's window bits for a gzip container; it writes neither a time nor a name into it


def packed(version: bytes, documents: Iterable[bytes]) -> Iterator[bytes]:
    """`{"version": ..., "mappings": [...]}` in gzip, from finished JSON texts.

    Every piece but the last has `PIECE` bytes. The same texts give the same bytes, and nothing but a piece is held.
    """
    packer = zlib.compressobj(wbits=_GZIP)
    held = bytearray()
    for text in _texts(version, documents):
        held += packer.compress(text)
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    held += packer.flush()
    for start in range(0, len(held), PIECE):
        yield bytes(held[start : start + PIECE])


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The JSON text, piece by piece."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    for piece in pieces:
        yield unpacker.decompress(piece)


def _texts(version: bytes, documents: Iterable[bytes]) -> Iterator[bytes]:
    yield b'{"version":' + version + b',"mappings":['
    for position, document in enumerate(documents):
        yield b"," if position else b""
        yield document
    yield b"]}"
