"""Sources that clients send are read aside, in their turn, and no longer than somebody waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from api.http.problems import RETRY_AFTER, Problem
from api.scan.queue import Busy
from api.source.budget import Budget, Cancelled, TooLarge

Result = TypeVar("Result")


async def while_connected(receive: Receive, work: Callable[[Budget], Awaitable[Result]], budget: Budget) -> Result:
    """The result of some work; the client's going ends it, through its budget. The request has been read.

    Raises:
        TooLarge: see `Budget`.
        Busy: too many others wait.
        ClientDisconnect: the client went away.
    """

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        budget.cancel()
        waiting.cancel()

    watching = asyncio.ensure_future(watch())
    waiting = asyncio.ensure_future(work(budget))
    try:
        await asyncio.wait([waiting])
    finally:
        watching.cancel()
    if waiting.cancelled():
        raise ClientDisconnect
    try:
        return waiting.result()
    except Cancelled:
        raise ClientDisconnect from None


def refusal(error: TooLarge | Busy) -> Problem:
    """What a client is told whose source was not read."""
    if isinstance(error, Busy):
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", str(error), headers={"Retry-After": RETRY_AFTER})
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", str(error))
