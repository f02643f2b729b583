"""One process or several that answer, and their end in bounded time."""

from __future__ import annotations

import resource
import signal
import time
from socket import socket
from typing import Any

import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess

from api.serving.protocol import BoundedProtocol

GRACE = 20  # seconds that running requests get when the server is to end
START = 60  # seconds until a worker must serve
HEALTH = 60  # seconds: a busy machine is no reason to give up a worker


class Supervisor(Multiprocess):
    """uvicorn's, which hears an end at any time: also while it waits for a worker."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._served: set[int] = set()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.should_exit.set())
        self._begun: dict[int, float] = {}  # workers that have not served yet, by their process; when they were met

    def keep_subprocess_alive(self) -> None:
        """uvicorn replaces what died or answers no more; a worker that never begins to serve is ended here."""
        now = time.monotonic()
        starting: dict[int, float] = {}
        for worker in self.processes:
            if worker.pid is None or not worker.process.is_alive() or worker.pid in self._served:
                continue
            if worker.is_ready(timeout=1):
                self._served.add(worker.pid)
                continue
            starting[worker.pid] = self._begun.get(worker.pid, now)
            if now - starting[worker.pid] > START:
                worker.process.kill()
                worker.process.join()
        self._begun = starting
        super().keep_subprocess_alive()

    def join_all(self) -> None:
        """A worker that does not end in its time is ended."""
        until = time.monotonic() + GRACE + 5
        for worker in self.processes:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def run(app: Any, *, workers: int, **options: Any) -> None:
    """Serve until ended. `app`: an application; for several workers the address of what makes one."""
    _allow_files()
    config = uvicorn.Config(
        app,
        factory=workers > 1,
        workers=workers,
        http=BoundedProtocol,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=HEALTH,
        **options,
    )
    if workers == 1:
        uvicorn.Server(config).run()
    else:
        Supervisor(config, [config.bind_socket()]).run()


def _allow_files() -> None:
    """As many connections as the system lets the process have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
