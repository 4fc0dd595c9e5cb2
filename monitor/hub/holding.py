"""Looks after results while the database neither takes nor refuses them: a step that hangs keeps them in memory."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from monitor.core.model import Seconds
from monitor.hub.ingest import Ingest
from monitor.hub.threads import run_in
from monitor.settings.hub import Settings

_LOOKS = 2
"""So many looks, a second apart, have to find one step under way before it is said to hang."""


class Holding:
    """Has a thread of its own: those that ask the database may all be waiting for it."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self._thread = ThreadPoolExecutor(1, "holding")
        self._step: int | None = None
        self._looks = 0

    def use(self, settings: Settings) -> None:
        """Nothing in them is about this."""

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """A look a second until it is cancelled, whoever leads: who led a moment ago still probes."""
        try:
            while True:
                await asyncio.sleep(1)
                await self.look()
        finally:
            self._thread.shutdown(wait=False)

    async def look(self) -> None:
        """Has what waits put on the disk where a step hangs, and again at each look as long as it does."""
        step, before = self._ingest.under_way, self._step
        self._step, self._looks = step, self._looks + 1 if step is not None and step == before else 0
        if self._looks >= _LOOKS:
            await run_in(self._thread, self._ingest.hold)
