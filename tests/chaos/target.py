"""A target that is now good, now broken, and writes down what it told whom: the truth of the matter."""

import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Target:
    """Answers 200 or 500. Who asks says so in a header, of which only its own location knows the content."""

    rng: random.Random
    host: str = "127.0.0.1"
    port: int = 0
    told: dict[tuple[str, int], list[bool]] = field(default_factory=dict)
    """By location and second: the answers that were given, good or not."""
    _good: bool = True
    _until: float = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        now = time.time()
        if now > self._until:
            self._good = not self._good
            self._until = now + self.rng.uniform(1, 6)
        self.told.setdefault((request.headers["X-Who"], int(now)), []).append(self._good)
        return web.Response(status=200 if self._good else 500)


@asynccontextmanager
async def standing(target: Target) -> AsyncIterator[Target]:
    """The target on a free port."""
    app = web.Application()
    app.router.add_get("/", target.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, target.host, 0).start()
    target.port = runner.addresses[0][1]
    try:
        yield target
    finally:
        await runner.cleanup()
