"""Alerts in the hub: what is looked at beside states, what is owed of all that fires. Sending is the notifier's."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from monitor.core.model import Seconds
from monitor.core.secret import Lookup
from monitor.hub.alert_plan import alert_plan
from monitor.hub.breaching import Breaching
from monitor.hub.dispatching import Dispatching
from monitor.hub.notifier import Notifier
from monitor.hub.pinging import Pinging
from monitor.hub.watching import Watching
from monitor.settings.hub import Settings
from monitor.storage.store import Store

WELL_FOR: Seconds = 30
"""So long after a whole step all is called well."""


class Alerting:
    """Both halves on one version of the settings."""

    def __init__(
        self,
        store: Store,
        reading: Store,
        settings: Settings,
        notifier: Notifier,
        secrets: Lookup,
        *,
        writer: Executor,
        readers: Executor,
        since: Seconds,
    ) -> None:
        """`since`: when this hub began to listen to agents."""
        self._notifier = notifier
        self._well_at: Seconds = 0
        self._pinging = Pinging(settings, secrets)
        self._dispatching = Dispatching(store, reading, settings, writer=writer, readers=readers)
        self._breaching = Breaching(store, reading, settings, writer=writer, readers=readers)
        self._watching = Watching(store, reading, settings, writer=writer, readers=readers, since=since)
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._dispatching.use(settings)
        self._watching.use(settings)
        self._breaching.use(settings)
        self._pinging.use(settings)
        self._notifier.use(alert_plan(settings))

    async def step(self, now: Seconds, *, well: bool) -> int:
        """Owes what is to be told now; says how many messages. Raises StorageAway and NotLeading.

        `well`: what comes in is stored and judged.
        """
        owed = await self._dispatching.step(now)
        self._well_at = now if well else self._well_at
        return owed

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """Looks at figures, certificates, locations and credentials while this hub leads, and lets somebody outside
        know that all is well, until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watching.run(now, report, leads, self._breaching.step))
            tasks.create_task(self._pinging.run(lambda: now() - self._well_at <= WELL_FOR))
