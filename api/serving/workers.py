"""One process or several that answer, and their end in bounded time."""

from __future__ import annotations

import logging
import resource
import signal
import time
from collections.abc import Iterable
from socket import SO_SNDBUF, SOL_SOCKET, socket
from typing import Any

import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from api.serving.protocol import BoundedProtocol

GRACE = 20  # seconds that running requests get when the server is to end
START = 60  # seconds until a worker must serve
HEALTH = 60  # seconds: a busy machine is no reason to give up a worker
# Bytes that the system holds for a reader who does not take them: of itself up to 4 MB, for each of them.
SENT_AHEAD = 262_144
log = logging.getLogger("uvicorn.error")


class Supervisor(Multiprocess):
    """uvicorn's, which hears an end at any time: it waits a second for a worker, longer only for one that ends."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        self._served: set[int] = set()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.should_exit.set())
        self._silent: dict[int, float] = {}  # workers that do not serve, by their process; since when

    def keep_subprocess_alive(self) -> None:
        """uvicorn replaces what died; a worker that is silent for too long, or never begins to serve, is ended here."""
        now = time.monotonic()
        silent: dict[int, float] = {}
        for worker in self.processes:
            if worker.pid is None or not worker.process.is_alive() or self.should_exit.is_set():
                continue
            if _serves(worker):
                self._served.add(worker.pid)
                continue
            silent[worker.pid] = self._silent.get(worker.pid, now)
            if now - silent[worker.pid] > (HEALTH if worker.pid in self._served else START):
                worker.process.kill()
                worker.process.join()
        self._silent = silent
        # uvicorn would wait for those that are silent before it sees to the next one.
        waiting = [worker for worker in self.processes if worker.pid in silent and worker.process.is_alive()]
        self.processes = [worker for worker in self.processes if worker not in waiting]
        super().keep_subprocess_alive()
        self.processes += waiting

    def restart_all(self) -> None:
        """A worker after the other, each when the one in its place serves. An old one that does not end is ended."""
        for place, old in enumerate(self.processes):
            new = Process(self.config, self.sockets)
            new.start()
            if not new.wait_until_ready(START, self.should_exit):
                new.kill()
                new.join()
                if not self.should_exit.is_set():
                    log.error("A new worker did not serve in %d seconds: the old ones go on.", START)
                return
            self.processes[place] = new
            old.terminate()
            _join([old])

    def join_all(self) -> None:
        """A worker that does not end in its time is ended."""
        _join(self.processes)


def _serves(worker: Process) -> bool:
    """Whether a worker answers within a second that it serves; what it answered late does not count."""
    try:
        while worker.parent_conn.poll():
            worker.parent_conn.recv()
    except (OSError, EOFError):
        return False
    return worker.is_ready(timeout=1)


def _join(workers: Iterable[Process]) -> None:
    until = time.monotonic() + GRACE + 5
    for worker in workers:
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
    listening = config.bind_socket()
    listening.setsockopt(SOL_SOCKET, SO_SNDBUF, SENT_AHEAD)  # those of connections inherit it
    if workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Supervisor(config, [listening]).run()


def _allow_files() -> None:
    """As many connections as the system lets the process have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
