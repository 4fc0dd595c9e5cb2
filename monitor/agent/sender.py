"""Sends what waits, in the order and at the pace of `core.exchange`, and lets go of what the hub has."""

import logging
from collections.abc import Callable, Sequence

from monitor.agent.link import BatchRefused, HubAway, Pushed, Refusal, Said, pack
from monitor.agent.place import Place
from monitor.agent.waiting import encoded
from monitor.core.exchange import Load, Sending, halves
from monitor.core.model import Milliseconds, Result, Seconds
from monitor.storage.spool import Batch

logger = logging.getLogger(__name__)

_MOST_REASONS = 5


class Sender:
    """One step at a time. `away` says why the hub took nothing at the last try; None where it did."""

    def __init__(self, place: Place, blind_since: Callable[[], Seconds | None] = lambda: None) -> None:
        self._place = place
        self._blind_since = blind_since
        self._sending = Sending()
        self._batch = Batch()
        self._hub = ""
        self.away: str | None = None

    async def step(self) -> None:
        """Sends all that may be sent now."""
        waiting, clock, link = self._place.waiting, self._place.clock, self._place.link
        while True:
            load = self._sending.next_load(clock.monotonic(), live=waiting.live, backlog=waiting.spooled > 0)
            if load is None:
                return
            # One hub for all of it: what is wrong with a result is found by what the same hub says of its halves.
            self._hub = hub = link.hub
            try:
                count = await self._send(load)
            except HubAway as error:
                now, chance = clock.monotonic(), self._place.chance()
                asked = link.failed(hub, error, now)
                self.away = link.named(hub, str(error))
                self._sending = self._sending.failed(now, chance=chance, asked=asked, hubs=len(link.names))
                return
            link.works(hub)
            self.away = None
            waited = count if load is Load.BACKLOG else 0
            self._sending = self._sending.sent(clock.monotonic(), waited=waited, chance=self._place.chance())

    def hurry(self) -> None:
        """The hub was seen to be there again: the next step tries at once."""
        self._sending = self._sending.anew()

    async def _send(self, load: Load) -> int:
        """Sends one load; says how many results it held. Raises HubAway, and then everything is kept."""
        waiting = self._place.waiting
        batch = await self._place.on_disk(lambda: waiting.take(load))
        self._batch = batch
        for parcel in await self._place.on_disk(lambda: encoded(batch.results)) or [[]]:
            await self._deliver(parcel)
        await self._place.on_disk(lambda: waiting.done(batch))
        return len(batch.results)

    async def _deliver(self, parcel: Sequence[tuple[Result, bytes]]) -> None:
        """Hands one batch over; where something in it is unreadable to the hub, finds it by halving."""
        try:
            refused = await self._push(parcel)
        except BatchRefused as error:
            if not parcel:
                raise HubAway(f"it refuses even an empty batch: {error}") from None
            if len(parcel) > 1:
                for half in halves(parcel):
                    await self._deliver(half)
                return
            await self._give_up(parcel[0][0], str(error))
        else:
            _log([item.reason for item in refused])

    async def _give_up(self, result: Result, reason: str) -> None:
        """Sets one result aside, unless the hub refuses everything: then nothing is wrong with the result."""
        await self._deliver([])
        await self._place.on_disk(lambda: self._place.waiting.set_aside(result))
        logger.error(
            "a result of %s/%s is set aside, the hub cannot read it: %s", result.component, result.check, reason
        )

    async def _push(self, parcel: Sequence[tuple[Result, bytes]]) -> list[Refusal]:
        """What the hub refused. What was long under way goes once more: then it is in time, and believed."""
        pushed = await self._pushed(parcel)
        if pushed.late and parcel:
            pushed = await self._pushed(parcel)
        return pushed.refused

    async def _pushed(self, parcel: Sequence[tuple[Result, bytes]]) -> Pushed:
        place = self._place

        def body() -> tuple[bytes, Milliseconds]:
            # In one breath with the moment of sending: a clock that is set in between would look right for both.
            shift_ms, sent_ms = place.waiting.shift_ms(self._batch), place.link.now_ms()
            said = Said(place.waiting.waits(len(parcel)), self._blind_since(), shift_ms)
            return pack([line for _, line in parcel], said, sent_ms), sent_ms

        return await place.link.push(self._hub, *await place.on_disk(body))


def _log(reasons: list[str]) -> None:
    """One line for all that were refused, each reason once."""
    if reasons:
        each = ", ".join(
            f"{reason} ({reasons.count(reason)})" for reason in list(dict.fromkeys(reasons))[:_MOST_REASONS]
        )
        logger.error("the hub refused %d results for good: %s", len(reasons), each)
