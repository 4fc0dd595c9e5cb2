"""Keeps the database small: seals days that are over and removes what was kept for long enough, step by step.

What a step writes is read and packed in a reader's thread; the writer is needed for moments only, between batches.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

from monitor.core.model import Seconds
from monitor.hub.threads import run_in
from monitor.settings.hub import Settings
from monitor.storage.checkpoint import checkpoint
from monitor.storage.store import NotLeading, StorageAway, Store

logger = logging.getLogger(__name__)


_BETWEEN_STEPS, _BETWEEN_LOOKS = 0.05, 60.0
"""Seconds that are left to others after a step, and after there was nothing to do."""


class Housekeeping:
    """One step at a time, while this hub leads."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor
    ) -> None:
        self._store = store
        self._reading = reading
        self._settings = settings
        self._writer = writer
        self._readers = readers

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """Until it is cancelled; says by `report` what is wrong."""
        while True:
            worked = False
            try:
                worked = leads() and await self.step(now())
                report("housekeeping", None)
            except (StorageAway, NotLeading):
                pass  # the beat says so already
            except Exception:
                logger.exception("keeping the database small failed")
                report("housekeeping", "A day could not be sealed; its results stay as they are. See the log.")
            await asyncio.sleep(_BETWEEN_STEPS if worked else _BETWEEN_LOOKS)

    async def step(self, now: Seconds) -> bool:
        """One piece of what is due; False when nothing was."""
        work = await run_in(self._readers, partial(self._reading.sealing.prepare, now))
        retention = self._settings.retention
        results, messages = (int(kept.total_seconds()) for kept in (retention.results, retention.messages))
        if await run_in(self._writer, partial(self._store.sealing.step, now, results, work)):
            return True
        if await run_in(self._writer, partial(self._store.forgetting.step, now - messages)):
            return True
        await run_in(self._writer, partial(checkpoint, self._store.engine))
        return False
