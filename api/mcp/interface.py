"""The interface at /mcp, loaded when it is first asked for: its SDK takes half of what a start would have to import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Protocol

from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.source.budget import MAX_STEPS, Budget


class Sessions(Protocol):
    """What runs beside the requests."""

    def run(self) -> AbstractAsyncContextManager[None]: ...


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current_budget() -> Budget:
    """The budget of the call that is being answered, cancelled when its client goes."""
    return _budget.get() or Budget(MAX_STEPS)


class LazyInterface:
    """An ASGI application that is made by its first request, within the lifespan of `running`."""

    def __init__(self, load: Callable[[], tuple[ASGIApp, Sessions]]) -> None:
        self._load = load
        self._wanted = asyncio.Event()
        self._loaded: asyncio.Future[ASGIApp] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The time in which requests are answered."""
        self._wanted = asyncio.Event()
        self._loaded = asyncio.get_running_loop().create_future()
        ended = asyncio.Event()
        task = asyncio.create_task(self._run(self._loaded, ended))
        try:
            yield
        finally:
            ended.set()
            self._wanted.set()
            await task

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loaded is None:
            raise RuntimeError("the interface is asked outside of its lifespan")
        self._wanted.set()
        app = await asyncio.shield(self._loaded)
        budget = Budget(MAX_STEPS)
        given = _budget.set(budget)
        watching: list[asyncio.Task[None]] = []

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            budget.cancel()

        async def watched() -> Message:
            message = await receive()
            if not watching and not message.get("more_body", False):  # the body is read: what follows is the end
                watching.append(asyncio.create_task(watch()))
            return message

        try:
            await app(scope, watched, send)
        finally:
            _budget.reset(given)
            for task in watching:
                task.cancel()

    async def _run(self, loaded: asyncio.Future[ASGIApp], ended: asyncio.Event) -> None:
        """Sessions are begun and ended by one task, which their task group demands."""
        await self._wanted.wait()
        if ended.is_set():
            return
        try:
            app, sessions = await to_thread.run_sync(self._load)
        except Exception as error:  # noqa: BLE001  # told to every request that waits for it
            loaded.set_exception(error)
            return
        async with sessions.run():
            loaded.set_result(app)
            await ended.wait()
