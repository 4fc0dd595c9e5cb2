"""Limits of a connection: how long a head may be, how long it may take, and how long a request may last in all.

uvicorn bounds the body that waits (64 KB) and the idle time between requests; it waits for ever for a head.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 32 * 1024
"""Bytes of request line and headers."""
HEAD_SECONDS = 10.0
REQUEST_SECONDS = 60.0
"""From the first byte to the end of the answer; whoever reads it slower than that is not served."""


class Bounded(HttpToolsProtocol):
    """One connection; `overdue` says whether it has taken too long."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._head = 0  # bytes of a head that is not complete
        self._in_head = True
        self._large = False
        self._since: float | None = None  # of what it is waited for; None: between requests

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()

    def overdue(self, now: float) -> bool:
        """Whether head or request took too long, by the loop's clock."""
        return self._since is not None and now - self._since > (HEAD_SECONDS if self._in_head else REQUEST_SECONDS)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
            self._large = self._head > LONGEST_HEAD
        super().data_received(data)
        if self._in_head and self._large:
            self.send_400_response("The request's head is too long.")

    def on_message_begin(self) -> None:
        self._since, self._in_head = self.loop.time(), True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        # Counted only where it may be: this runs for every request.
        if self._large and sum(len(name) + len(value) + 4 for name, value in self.headers) > LONGEST_HEAD:
            # The parser stops, and uvicorn answers 400.
            raise ValueError("the request's head is too long")
        self._in_head, self._head, self._large = False, 0, False
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        last = not self.pipeline
        super().on_response_complete()
        if last and not self._in_head:
            self._since, self._in_head = None, True
        elif not self._in_head:
            self._since = self.loop.time()
        if last and self.cycle.more_body and not self.transport.is_closing():
            # Nobody reads what is still to come of the body.
            self.transport.close()


def end_overdue(connections: Iterable[object], now: float) -> int:
    """Ends the connections that took too long; how many."""
    found = [item for item in connections if isinstance(item, Bounded) and item.overdue(now)]
    for connection in found:
        connection.transport.abort()
    return len(found)


async def watch(servers: Iterable[uvicorn.Server]) -> None:
    """Ends what is overdue, once a second, for ever."""
    while True:
        await asyncio.sleep(1)
        for server in servers:
            end_overdue(list(server.server_state.connections), asyncio.get_running_loop().time())
