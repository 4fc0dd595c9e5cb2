"""The hub's ears for jobs: when it could hear their beats is written down, and what it heard is told to probes."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import TypeVar

from monitor.core.heartbeat import Heard, Listening, asked_at, begun
from monitor.core.model import FailureKind, Seconds
from monitor.probes.base import Sick
from monitor.storage.store import StorageAway, Store

T = TypeVar("T")

_EVERY: Seconds = 10


class Ears:
    """Works in the writer's thread: every beat that came to this hub before a slot began is stored before it is asked
    about. What came to others on the same database is waited for, unless this hub is `alone`."""

    def __init__(
        self,
        store: Store,
        *,
        writer: Executor,
        wall: Callable[[], float],
        alone: bool,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._writer = writer
        self._wall = wall
        self._alone = alone
        self._sleep = sleep
        self._noted: Seconds | None = None

    def begin(self) -> None:
        """When this hub begins to lead, or does so again: a moment ago it could keep nothing, or nobody led."""
        self._noted = None

    async def step(self) -> None:
        """Notes every few seconds that beats can be heard. Raises StorageAway: then they cannot, nothing is stored."""
        now, restarted = int(self._wall()), self._noted is None
        if self._noted is None or not self._noted <= now < self._noted + _EVERY:
            await self._in(lambda: self._store.beats.listen(now, restarted=restarted))
            self._noted = now

    async def heard(self, component: str, check: str, slot: Seconds, patience: float) -> tuple[Heard, Listening]:
        """What probes ask. Raises Sick."""
        beats, now = self._store.beats, self._wall()
        if not self._alone and (wait := asked_at(slot, now, patience) - now) > 0:
            await self._sleep(wait)
        try:
            await self.step()  # a restart is noted before anybody is called silent
            return await self._in(
                lambda: (beats.heard(component, check, slot), beats.listening() or begun(int(self._wall())))
            )
        except StorageAway as error:
            raise Sick(FailureKind.PROBE_ERROR, f"the database does not answer: {error}") from None

    async def _in(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, call)
