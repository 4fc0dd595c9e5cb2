"""Looks again and again at what the hub wants probed, and hands it to the prober; remembers it on the disk."""

import logging
from collections.abc import Callable

from monitor.agent import checks
from monitor.agent.checks import Limits, Unreadable, Wanted
from monitor.agent.link import HubAway, Pulled
from monitor.agent.place import Place
from monitor.core.exchange import Shard, next_pull, pause

logger = logging.getLogger(__name__)


class Puller:
    """One step at a time. `away` says why nothing could be pulled at the last try; None where it could."""

    def __init__(self, place: Place, assign: Callable[[Wanted], None]) -> None:
        self._place = place
        self._assign = assign
        self._etag: str | None = None
        self._shard: Shard | None = None
        self._limits = Limits()
        self._next = float("-inf")
        self._failures = 0
        self.away: str | None = None

    async def begin(self, shard: Shard | None, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        """Starts with what was known last; or, later on, probes another part of it, within other limits."""
        self._shard, self._limits = shard, limits
        kept = await self._place.on_disk(lambda: self._place.known.load(self._place.link.names))
        if kept is not None:
            try:
                await self._use(kept)
            except Unreadable as error:
                logger.error("what was kept of the hub's checks is not used: %s", error)

    async def step(self) -> bool:
        """Pulls when it is time; says whether the hub was there again after it had been away."""
        place = self._place
        if place.clock.monotonic() < self._next:
            return False
        was_away, hub = self.away is not None, place.link.hub
        try:
            await self._pull(hub)
        except (HubAway, Unreadable) as error:
            now = place.clock.monotonic()
            asked = place.link.failed(hub, error, now) if isinstance(error, HubAway) else None
            self.away = place.link.named(hub, str(error))
            self._next = now + pause(self._failures, place.chance(), asked, len(place.link.names))
            self._failures += 1
            return False
        place.link.works(hub)
        self.away, self._failures = None, 0
        self._next = next_pull(place.clock.monotonic(), place.chance())
        return was_away

    async def _pull(self, hub: str) -> None:
        place = self._place
        pulled = await place.link.pull(hub, self._etag)
        if pulled is None:
            return
        await self._use(pulled)
        try:
            await place.on_disk(lambda: place.known.keep(pulled, hub))
        except OSError as error:
            logger.error("the checks cannot be kept for a start without the hub: %s", error)

    async def _use(self, pulled: Pulled) -> None:
        location, shard, limits = self._place.location, self._shard, self._limits
        wanted = await self._place.on_disk(lambda: checks.read(pulled.content, location, shard, limits))
        self._etag = pulled.etag
        self._assign(wanted)
        logger.info("probing %d checks as %s", len(wanted.assignments), location)
