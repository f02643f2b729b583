"""The end of a server whose database was cut or written into while it was open."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable

EVERY = 2  # seconds
log = logging.getLogger("uvicorn.error")


async def end_when_damaged(is_whole: Callable[[], bool]) -> None:
    """Wait for damage, then end the server: half of its answers would fail, and what starts it anew says why.

    Of several workers the first that sees it ends them all, through their parent.
    """
    while is_whole():
        await asyncio.sleep(EVERY)
    log.error("The database was changed under the server, which ends: write it again with `python -m loader build`.")
    parent = multiprocessing.parent_process()
    os.kill(os.getpid() if parent is None or parent.pid is None else parent.pid, signal.SIGTERM)
