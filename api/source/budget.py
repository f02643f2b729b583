"""What reading one source may cost, and the end of it when nobody waits for the answer any more."""

from __future__ import annotations

from threading import Event

MAX_NODES = 400_000  # of the syntax tree, each looked at a few times: some seconds on a slow core


class TooLarge(ValueError):
    """The source exceeds a limit; the message says which."""


class Cancelled(Exception):
    """Nobody waits for the answer any more."""


class Budget:
    """Work in nodes; all steps of reading a source share one."""

    def __init__(self, nodes: int = MAX_NODES) -> None:
        self._left = nodes
        self._cancelled = Event()

    def cancel(self) -> None:
        """End the work from another thread, at its next step."""
        self._cancelled.set()

    def spend(self, nodes: int = 1) -> None:
        """Account for some nodes.

        Raises:
            TooLarge: the source has too many.
            Cancelled: see `cancel`.
        """
        self._left -= nodes
        if self._left < 0:
            raise TooLarge("the source has too many parts to be read at once; scan it in pieces")
        if self._cancelled.is_set():
            raise Cancelled
