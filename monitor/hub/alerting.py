"""Alerts in the hub: what is looked at beside states, what is owed of all that fires. Sending is the notifier's."""

from collections.abc import Callable
from concurrent.futures import Executor

from monitor.core.model import Seconds
from monitor.hub.dispatching import Dispatching
from monitor.hub.watching import Watching
from monitor.settings.hub import Settings
from monitor.storage.store import Store


class Alerting:
    """Both halves on one version of the settings."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor, since: Seconds
    ) -> None:
        """`since`: when this hub began to listen to agents."""
        self._dispatching = Dispatching(store, reading, settings, writer=writer, readers=readers)
        self._watching = Watching(store, reading, settings, writer=writer, readers=readers, since=since)

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._dispatching.use(settings)
        self._watching.use(settings)

    async def step(self, now: Seconds) -> int:
        """Owes what is to be told now; says how many messages. Raises StorageAway and NotLeading."""
        return await self._dispatching.step(now)

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """Looks at figures, certificates, locations and credentials while this hub leads, until it is cancelled."""
        await self._watching.run(now, report, leads)
