"""The road between an agent and its hub: can be cut, swallows answers, and sends old things again."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from monitor.core.model import Result
from monitor.core.record import decode


@dataclass
class Road:
    """One for each agent. `acknowledged` are results that the hub said it had."""

    hub: str
    rng: random.Random
    port: int = 0
    cut: bool = False
    acknowledged: set[Result] = field(default_factory=set)
    _sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.cut:
            raise _lost(request)
        # aiohttp has unpacked the body already.
        unsaid = ("host", "content-encoding", "content-length")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in unsaid}
        status, answered, content = await self._asked(request, headers, body)
        if request.method == "POST" and status == 200:
            self._note(body, content)
            self._sent.append((headers, body))
            if self.rng.random() < 0.1:
                raise _lost(request)  # the hub has it, and its agent does not know
        kept = {name: value for name, value in answered.items() if name.lower().startswith(("janji", "etag", "retry"))}
        return web.Response(status=status, body=content, headers=kept)

    async def repeat(self) -> int:
        """Sends some of what was sent before once more, in another order; says how many were taken."""
        chosen = self.rng.sample(self._sent, min(5, len(self._sent)))
        statuses = []
        for headers, body in chosen:
            async with ClientSession(timeout=ClientTimeout(total=5)) as session:
                try:
                    async with session.post(f"{self.hub}/api/v1/agent/results", headers=headers, data=body) as answer:
                        statuses.append(answer.status)
                except (ClientError, TimeoutError):
                    continue
        return statuses.count(200)

    async def _asked(
        self, request: web.Request, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=30), auto_decompress=False) as session,
                session.request(request.method, self.hub + request.path, headers=headers, data=body or None) as answer,
            ):
                return answer.status, dict(answer.headers), await answer.read()
        except (ClientError, TimeoutError, ConnectionError):
            raise _lost(request) from None

    def _note(self, body: bytes, content: bytes) -> None:
        results = json.loads(body)["results"]
        refused = {item["index"] for item in json.loads(content)["refused"]}
        self.acknowledged |= {decode(Result, item) for index, item in enumerate(results) if index not in refused}


def _lost(request: web.Request) -> BaseException:
    if request.transport is not None:
        request.transport.abort()
    return asyncio.CancelledError()


@asynccontextmanager
async def opened(road: Road) -> AsyncIterator[Road]:
    app = web.Application(client_max_size=2**23)
    app.router.add_route("*", "/{tail:.*}", road.pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    road.port = runner.addresses[0][1]
    try:
        yield road
    finally:
        await runner.cleanup()
