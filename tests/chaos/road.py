"""The road between an agent and a hub, or several: can be cut, swallows answers, and sends old things again."""

import json
import random
from asyncio import CancelledError
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from monitor.core.model import Result
from monitor.core.record import decode

Answered: TypeAlias = tuple[int, dict[str, str], bytes]

LOOPBACK = "127.0.0.1"


@dataclass
class Road:
    """One agent's. With several hubs it is a balancer: to the first that answers, from the one that did so last.

    `acknowledged` are results that a hub said it had.
    """

    hubs: Sequence[str]
    rng: random.Random
    host: str = LOOPBACK
    port: int = 0
    cut: bool = False
    acknowledged: set[Result] = field(default_factory=set)
    _sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    _first: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.cut:
            raise _lost(request)
        # aiohttp has unpacked the body already.
        unsaid = ("host", "content-encoding", "content-length")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in unsaid}
        answered = await self._asked(request.method, request.path, headers, body)
        if answered is None:
            raise _lost(request)
        status, said, content = answered
        if request.method == "POST" and status == 200:
            self._note(body, content)
            self._sent.append((headers, body))
            if self.rng.random() < 0.1:
                raise _lost(request)  # the hub has it, and its agent does not know
        kept = {name: value for name, value in said.items() if name.lower().startswith(("janji", "etag", "retry"))}
        return web.Response(status=status, body=content, headers=kept)

    async def repeat(self) -> int:
        """Sends some of what was sent before once more, in another order; says how many were taken."""
        chosen = self.rng.sample(self._sent, min(5, len(self._sent)))
        answers = [await self._asked("POST", "/api/v1/agent/results", headers, body) for headers, body in chosen]
        return len([answer for answer in answers if answer is not None and answer[0] == 200])

    async def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered | None:
        """What the first hub says that says anything: a frozen one may do with the request what it likes later on."""
        patience = 30 if len(self.hubs) == 1 else 3
        for index in [*range(self._first, len(self.hubs)), *range(self._first)]:
            try:
                async with (
                    ClientSession(timeout=ClientTimeout(total=patience), auto_decompress=False) as session,
                    session.request(method, self.hubs[index] + path, headers=headers, data=body or None) as answer,
                ):
                    said = answer.status, dict(answer.headers), await answer.read()
            except (ClientError, TimeoutError, ConnectionError):
                continue
            self._first = index
            return said
        return None

    def _note(self, body: bytes, content: bytes) -> None:
        results = json.loads(body)["results"]
        refused = {item["index"] for item in json.loads(content)["refused"]}
        self.acknowledged |= {decode(Result, item) for index, item in enumerate(results) if index not in refused}


def _lost(request: web.Request) -> BaseException:
    if request.transport is not None:
        request.transport.abort()
    return CancelledError()


@asynccontextmanager
async def opened(road: Road) -> AsyncIterator[Road]:
    app = web.Application(client_max_size=2**23)
    app.router.add_route("*", "/{tail:.*}", road.pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, road.host, 0).start()
    road.port = runner.addresses[0][1]
    try:
        yield road
    finally:
        await runner.cleanup()
