"""A server in a process of its own, as it runs in earnest."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def server(
    arguments: list[str],
    database: Path,
    *,
    positional: bool = False,
    environment: dict[str, str] | None = None,
    said: IO[bytes] | None = None,
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server in a process of its own that has given its first answer, and its port. `said`: what takes its output."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    told = {"TWINTENSOR_DATABASE": str(database), "TWINTENSOR_PORT": str(port), **(environment or {})}
    place = [str(database), str(port)] if positional else []
    command = [sys.executable, *arguments, *place]
    output = subprocess.DEVNULL if said is None else said
    process = subprocess.Popen(command, env={**os.environ, **told}, stdout=said, stderr=output)
    try:
        _first_answer(process, port)
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _first_answer(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.perf_counter() + 90  # against waiting for ever; a busy machine takes long
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/modules", timeout=5):
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"the server gave no answer (exit code {process.poll()})")


def resident(process: subprocess.Popen[bytes]) -> float:
    """Resident memory in megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
