"""Long answers take turns: after each piece of any of them, whatever else is ready goes on.

If each only gave way between its own pieces, five hundred of them would send one each before others had their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from anyio.lowlevel import RunVar

_turn: RunVar[asyncio.Lock | None] = RunVar("pieces")  # of one event loop


async def in_turns(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each made when it is its turn, however fast the reader takes them."""
    turn = _turn.get(None)
    if turn is None:
        turn = asyncio.Lock()
        _turn.set(turn)
    left = iter(pieces)
    while True:
        async with turn:
            await asyncio.sleep(0)
            piece = next(left, None)
        if piece is None:
            return
        yield piece
