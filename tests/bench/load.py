"""A client that asks over several kept connections, small enough not to be what is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

AT_LEAST = 10  # requests of each connection, however slow the machine: a percentile needs some


@dataclass(frozen=True)
class Load:
    """What a stretch of asking showed. Times in seconds."""

    requests: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def p50(self) -> float:
        return median(self.latencies)

    @property
    def p99(self) -> float:
        return quantiles(self.latencies, n=100)[98]


async def ask(port: int, paths: Sequence[str], *, connections: int, seconds: float) -> Load:
    """Ask for paths in turn over kept connections, for a time. Raises RuntimeError on any status but 200."""
    requests = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in paths]
    started = time.perf_counter()
    until = started + seconds
    latencies = await asyncio.gather(*(_connection(port, requests, until, first) for first in range(connections)))
    together = tuple(latency for each in latencies for latency in each)
    return Load(len(together), time.perf_counter() - started, together)


async def _connection(port: int, requests: Sequence[bytes], until: float, first: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    latencies: list[float] = []
    turn = first
    try:
        while (before := time.perf_counter()) < until or len(latencies) < AT_LEAST:
            writer.write(requests[turn % len(requests)])
            turn += 1
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{requests[turn % len(requests)]!r}: {head.splitlines()[0]!r}")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            latencies.append(time.perf_counter() - before)
    finally:
        writer.close()
        await writer.wait_closed()
    return latencies
