"""One process or several that answer, and their end in bounded time."""

from __future__ import annotations

import resource
import signal
from socket import socket
from typing import Any

import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess

from api.serving.protocol import BoundedProtocol

GRACE = 20  # seconds that running requests get when the server is to end
HEALTH = 60  # seconds: a busy machine is no reason to give up a worker


class Supervisor(Multiprocess):
    """uvicorn's, which hears an end at any time: also while it waits for a worker."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket]) -> None:
        super().__init__(config, sockets)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.should_exit.set())


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
