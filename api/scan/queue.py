"""Scans take turns in threads of their own, so that other requests go on; the queue before them has a length."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from api.lookup.catalogue import Catalogue
from api.scan.answer import ScanAnswer, scan
from api.source.budget import Budget

AT_ONCE = 2  # more would only share the same cores
MOST_WAITING = 16  # each holds its source in memory


class Busy(Exception):
    """The queue is full; ask again in a moment."""


Result = TypeVar("Result")


@dataclass
class _Queue:
    """Of one event loop. `admitted`: those that run and those that wait."""

    limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))
    admitted: int = 0


_queue: RunVar[_Queue | None] = RunVar("scans")


async def aside(work: Callable[..., Result], *given: object) -> Result:
    """Work in another thread, in its turn.

    Raises:
        Busy: too many others wait.
    """
    queue = _queue.get(None)
    if queue is None:
        queue = _Queue()
        _queue.set(queue)
    if queue.admitted >= AT_ONCE + MOST_WAITING:
        raise Busy("many sources are being read: ask again in a moment")
    queue.admitted += 1
    try:
        return await to_thread.run_sync(work, *given, limiter=queue.limiter)
    finally:
        queue.admitted -= 1


async def scan_aside(catalogue: Catalogue, text: str, budget: Budget | None = None) -> ScanAnswer:
    """`scan` in another thread. Whoever gives the budget may cancel it: then the thread is free at once.

    Raises:
        TooLarge: see `scan`.
        Cancelled: see `scan`.
        Busy: too many others wait.
    """
    return await aside(scan, catalogue, text, budget)
