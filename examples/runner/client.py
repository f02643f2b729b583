"""The other end of `examples.runner.worker`: starts it, asks it, and replaces it when a snippet kills it."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

from examples.runner.request import Kind, Request

ROOT = Path(__file__).parent.parent.parent
START_TIMEOUT = 180.0  # seconds; importing both frameworks takes about ten
# Seconds. The slowest program takes a tenth of its time on one core; recurrent layers have hundreds of samples.
TIMEOUTS: dict[Kind, float] = {"example": 90.0, "snippet": 180.0, "program": 240.0}
LONGEST = 1200.0


class Worker:
    """One worker process, started when it is first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.versions: dict[str, str] = {}

    def ask(self, request: Request, timeout: float | None = None) -> dict[str, Any]:
        """The answer of the worker: `evidence`, or `failure` with the reason."""
        limit = timeout or TIMEOUTS.get(request.kind, LONGEST)
        process = self._running()
        assert process.stdin is not None
        process.stdin.write(request.line().encode() + b"\n")
        process.stdin.flush()
        reply = self._line(limit)
        if reply is None:
            self.stop()
            return {"failure": f"stopped after {limit:g} seconds: the snippet hangs or is far too slow"}
        if not reply:
            code = process.wait()
            self.stop()
            return {"failure": f"the interpreter crashed while running the snippet (exit status {code})"}
        answer: dict[str, Any] = json.loads(reply)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "examples.runner.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=environment,
            )
            ready = self._line(START_TIMEOUT)
            if not ready:
                self.stop()
                raise RuntimeError(
                    "the worker did not start: are torch and tensorflow installed here? `make test` installs both"
                )
            self.versions = json.loads(ready)["ready"]
        return self._process

    def _line(self, timeout: float) -> bytes | None:
        """One line of the worker; empty when it ended, None when the time is over."""
        assert self._process is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(timeout):
                return None
        return self._process.stdout.readline()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process = None
