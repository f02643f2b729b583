"""What reading one source may cost, and the end of it when nobody waits for the answer any more."""

from __future__ import annotations

import time
from threading import Event

MAX_NODES = 400_000  # of the syntax tree, each looked at a few times: some seconds on a slow core
MAX_STEPS = 4_000_000  # of porting, which looks at a node many times
MAX_SECONDS = 10.0  # of processor time
_LOOK = 50  # steps of one node between two looks at the clock


class TooLarge(ValueError):
    """The source exceeds a limit; the message says which."""


class Cancelled(Exception):
    """Nobody waits for the answer any more."""


class Budget:
    """Work in nodes and in processor time of the thread that does it; all steps of reading a source share one."""

    def __init__(self, nodes: int = MAX_NODES, seconds: float = MAX_SECONDS) -> None:
        self._left = nodes
        self._seconds = seconds
        self._until: float | None = None  # from the first step on: before, another thread may hold it
        self._steps = 0
        self._cancelled = Event()

    def cancel(self) -> None:
        """End the work from another thread, at its next step."""
        self._cancelled.set()

    def spend(self, nodes: int = 1) -> None:
        """Account for some nodes.

        Raises:
            TooLarge: the source has too many, or took too long.
            Cancelled: see `cancel`.
        """
        self._left -= nodes
        if self._left < 0:
            raise TooLarge("the source has too many parts to be read at once; send it in pieces")
        if self._cancelled.is_set():
            raise Cancelled
        if nodes > 1 or self._steps % _LOOK == 0:
            self._look()
        self._steps += 1

    def _look(self) -> None:
        now = time.thread_time()
        if self._until is None:
            self._until = now + self._seconds
        elif now > self._until:
            raise TooLarge(f"the source takes more than {self._seconds:g} s to be read; send it in pieces")
