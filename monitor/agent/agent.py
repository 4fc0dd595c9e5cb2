"""The agent's life: start, one beat a second, reread, stop. Holds no rule; what goes when is `core.exchange`.

Results are on the disk before they are sent and leave it when the hub has them. Nothing the hub says or does not say
ends the agent: it probes what it knew last, keeps what it sees, and tries again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from monitor.agent.checks import Wanted
from monitor.agent.own import Own
from monitor.agent.place import Place
from monitor.agent.puller import Puller
from monitor.agent.sender import Sender
from monitor.core.exchange import WHOLE, most_skew_ms
from monitor.core.model import Seconds
from monitor.probes.garbage import Collector, keep
from monitor.probes.prober import Prober
from monitor.probes.session import open_context

logger = logging.getLogger(__name__)

_LAST_WORD = 3.0
"""Seconds that the last batch may take when the agent is stopped; it is on the disk whatever comes of it."""

_USUAL_SLOT = 60


class Agent:
    """One agent of one location."""

    def __init__(self, place: Place, own: Own) -> None:
        self._place = place
        self._own = own
        place.link.part = own.shard or WHOLE
        self._prober: Prober | None = None
        self._collector = Collector(place.clock.monotonic)
        self._sender = Sender(place, self._blind_since)
        self._puller = Puller(place, self._assign)
        self._talks: dict[str, asyncio.Task[None]] = {}
        self._said: dict[str, str | None] = {}
        self._hub = place.link.hub

    async def run(self, stop: asyncio.Event) -> None:
        """Probes and reports until `stop` is set; then everything that was seen is on the disk."""
        place = self._place
        async with open_context(place.secrets, lambda: self._own.permit) as context:
            self._prober = Prober(place.location, context, place.clock, place.waiting.deliver)
            await self._puller.begin(self._own.shard, self._own.limits)
            probing = asyncio.create_task(self._prober.run())
            try:
                while not stop.is_set():
                    if probing.done():
                        probing.result()  # a bug: better to be started again than to look alive and see nothing
                    await self.beat()
                    await self._pause(stop)
            finally:
                probing.cancel()
                await asyncio.gather(probing, return_exceptions=True)
                await self._end()

    async def adopt(self, own: Own) -> None:
        """Takes over a new version of the agent's own file, from the next attempt on."""
        if (own.folder, own.size, own.age) != (self._own.folder, self._own.size, self._own.age):
            logger.warning("spool: changes take effect when the agent is started again")
        otherwise = (own.shard, own.limits) != (self._own.shard, self._own.limits)
        self._own = own
        self._place.link.part = own.shard or WHOLE
        if own.hubs:
            self._place.link.use(own.hubs)
        if otherwise:
            await self._puller.begin(own.shard, own.limits)

    async def beat(self) -> None:
        """One second's work. Waits for the disk, never for the hub."""
        try:
            await self._flush()
            self._talk("results", self._sender.step)
            self._talk("checks", self._pull)
            self._say_hub()
            self._say_clock()
            self._collector.step(len(self._prober.under_way) if self._prober else 0)
        except Exception:
            # A bug in one beat must not end the agent: probes go on, and the next beat comes.
            logger.exception("a beat of the agent failed")

    async def _flush(self) -> None:
        now, away = int(self._place.clock.wall()), self._sender.away is not None
        problem = await self._place.on_disk(lambda: self._place.waiting.flush(now, away=away))
        self._say("disk", problem, "the disk takes results again")

    def _talk(self, about: str, step: Callable[[], Awaitable[None]]) -> None:
        """Starts a step unless the one before still goes on: a slow hub holds up no beat."""
        if about not in self._talks or self._talks[about].done():
            self._talks[about] = asyncio.create_task(_safely(about, step))

    async def _pull(self) -> None:
        if await self._puller.step():
            self._sender.hurry()

    async def _end(self) -> None:
        """Everything to the disk, then one short try to hand it over."""
        try:
            await self._flush()
            if self._sender.away is None:
                self._talk("results", self._sender.step)
            if self._talks:
                await asyncio.wait(self._talks.values(), timeout=_LAST_WORD)
        finally:
            for task in self._talks.values():
                task.cancel()
            await asyncio.gather(*self._talks.values(), return_exceptions=True)
        logger.info("stopped; %d results wait", len(self._place.waiting))

    def _assign(self, wanted: Wanted) -> None:
        if self._prober is None:
            raise AssertionError("checks are assigned when the agent runs")
        self._prober.controls.use(wanted.controls)
        self._prober.assign(wanted.assignments)
        keep()

    def _blind_since(self) -> Seconds | None:
        return None if self._prober is None else self._prober.controls.blind_since

    def _say_hub(self) -> None:
        link, talks = self._place.link, (self._sender.away, self._puller.away)
        away = [reason for reason in talks if reason is not None]
        # All that is known of each hub: a line for each turn to one that is away as well would be one for each try.
        reasons = dict.fromkeys([*link.away, *away] if away else [])
        count = len(self._place.waiting)
        if not reasons and link.hub != self._hub:
            self._hub, self._said["hub"] = link.hub, None
            logger.info("talking to the hub %s now; %d results wait", link.hub, count)
        problem = f"the hub is away: {'; '.join(reasons)}" if reasons else None
        self._say("hub", problem, f"the hub is back; {count} results wait", f"; {count} results wait")

    def _say_clock(self) -> None:
        skew = self._place.link.skew_ms or 0
        way = "ahead of" if skew > 0 else "behind"
        wrong = f"this clock is {way} the hub's: what is seen does not count until it is set"
        off = abs(skew) > most_skew_ms(_USUAL_SLOT)
        self._say("clock", wrong if off else None, "this clock agrees with the hub's again", f" ({abs(skew)} ms)")

    def _say(self, about: str, problem: str | None, well: str, more: str = "") -> None:
        """One line for each change, none while it lasts."""
        before, self._said[about] = self._said.get(about), problem
        if problem is not None and problem != before:
            logger.warning("%s%s", problem, more)
        elif problem is None and before is not None:
            logger.info("%s", well)

    async def _pause(self, stop: asyncio.Event) -> None:
        """To the next whole second, or until the agent is stopped."""
        try:
            async with asyncio.timeout(1 - self._place.clock.wall() % 1):
                await stop.wait()
        except TimeoutError:
            return


async def _safely(about: str, step: Callable[[], Awaitable[None]]) -> None:
    try:
        await step()
    except Exception:
        logger.exception("talking to the hub about %s failed", about)
