"""The whole dataset as one JSON text, compressed once by the build, so that no server has to do it for each reader."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE = 16_384  # bytes: so much of it is sent without others having their turn
UNPACKED = 65_536  # bytes of the text: as much is held for each reader, however slow
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
    """The JSON text in pieces of at most `UNPACKED` bytes."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    for piece in pieces:
        left = piece
        while left:
            yield unpacker.decompress(left, UNPACKED)
            left = unpacker.unconsumed_tail
    while rest := unpacker.decompress(b"", UNPACKED):  # what it holds back of the last piece
        yield rest


def _texts(version: bytes, documents: Iterable[bytes]) -> Iterator[bytes]:
    yield b'{"version":' + version + b',"mappings":['
    for position, document in enumerate(documents):
        yield b"," if position else b""
        yield document
    yield b"]}"
