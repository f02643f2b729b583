"""The interpreter of a server's process, which threads that read sources share with everybody else's answers."""

from __future__ import annotations

import gc
import sys

TURN = 0.0005  # seconds that a thread keeps the interpreter while others want it; an answer needs it several times
# New objects until the youngest of them are collected; collections until older ones are, and then all. Full collections
# are rare so, and what they would free waits in some ten megabytes.
COLLECTED = (10_000, 10, 10)


def share() -> None:
    """Let answers go on beside long work, once everything that stays has been made.

    Python lets a thread keep the interpreter for five milliseconds each time. A full collection goes over all objects
    that there are, in which nothing else goes on: a fifth of a second, several times in the port of a long file.
    """
    sys.setswitchinterval(TURN)
    gc.set_threshold(*COLLECTED)
    gc.freeze()
