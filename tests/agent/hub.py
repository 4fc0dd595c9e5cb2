"""A hub for tests: answers as it is told to, and keeps what it is sent."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

from monitor.core.model import Result, digest
from monitor.core.record import decode

TOKEN = "janji_of_singapore"

Twist: TypeAlias = Callable[[list[dict[str, Any]]], web.Response | None]
"""Looks at a batch's results; an answer of its own, or None for the usual one."""


def problem(status: int, detail: str = "no", **headers: str) -> web.Response:
    return web.json_response(
        {"title": "A problem", "detail": detail},
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )


def http_check(name: str = "health", url: str = "http://127.0.0.1:9/", **more: Any) -> dict[str, Any]:
    """An item of the list of checks: once a second, from the beginning of time."""
    definition = {
        "id": name,
        "kind": "http",
        "url": url,
        "every": "1s",
        "timeout": "300ms",
        "retry": "0s",
        "locations": ["singapore"],
        **more,
    }
    return {
        "component": "api",
        "check": name,
        "definition": definition,
        "digest": digest(definition),
        "start": 0,
        "end": None,
        "every": 1,
    }


@dataclass
class FakeHub:
    """What it serves and how; `twist` and `status` make it misbehave."""

    checks: list[dict[str, Any]] = field(default_factory=list)
    location: str = "singapore"
    controls: list[str] = field(default_factory=list)
    status: web.Response | None = None
    twist: Twist | None = None
    ahead_ms: int = 0
    url: str = ""
    version: int = 1
    batches: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    taken: list[Result] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def etag(self) -> str:
        return f'"v{self.version}"'

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for what the agent does; bounded, so that a hang is a failure."""
        async with asyncio.timeout(20), self.news:
            await self.news.wait_for(condition)

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append((f"{request.method} {request.path}", dict(request.headers)))
        body = await request.read()
        answer = self._answer(request, body)
        answer.headers["Janji-Now-Ms"] = str(int(time.time() * 1000) + self.ahead_ms)
        self.statuses.append(answer.status)
        async with self.news:
            self.news.notify_all()
        return answer

    def _answer(self, request: web.Request, body: bytes) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return problem(401)
        if self.status is not None:
            return self.status_again()
        if request.path.endswith("/checks"):
            return self._listed(request)
        return self._received(json.loads(body if request.headers.get("Content-Encoding") != "gzip" else _un(body)))

    def status_again(self) -> web.Response:
        """A fresh copy: a response is sent once."""
        assert self.status is not None
        copied = {
            name: value for name, value in self.status.headers.items() if name.lower().startswith(("retry", "loc"))
        }
        copied |= {name: value for name, value in self.status.headers.items() if name.lower() == "janji-protocol"}
        return web.Response(body=self.status.body, status=self.status.status, headers=copied)

    def _listed(self, request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304, headers={"ETag": self.etag})
        document = {"protocol": 2, "location": self.location, "controls": self.controls, "checks": self.checks}
        return web.json_response(document, headers={"ETag": self.etag})

    def _received(self, document: dict[str, Any]) -> web.Response:
        if self.twist is not None and (twisted := self.twist(document["results"])) is not None:
            return twisted
        self.batches.append(document)
        self.taken += [decode(Result, item) for item in document["results"]]
        return web.json_response({"accepted": len(document["results"]), "refused": [], "now_ms": 0})


def _un(body: bytes) -> bytes:
    return body if body[:2] != b"\x1f\x8b" else gzip.decompress(body)


@asynccontextmanager
async def serving(hub: FakeHub, port: int = 0, tls: Any = None) -> AsyncIterator[FakeHub]:
    """The hub on a loopback port."""
    app = web.Application(client_max_size=2**23)
    app.router.add_route("*", "/{tail:.*}", hub.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls)
    await site.start()
    actual = runner.addresses[0][1]
    hub.url = f"{'https' if tls else 'http'}://127.0.0.1:{actual}"
    try:
        yield hub
    finally:
        await runner.cleanup()
