"""Probes all checks of one location on time: one heap, one dispatcher, no task and no timer per check.

Owns starting and bounding; when a check is due is `core.schedule`, what a probe sees is `run.observe`.
Results are handed to `deliver` at once: a probe never waits on storage.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from asyncio_throttle.throttler import Throttler

from monitor.core.model import Milliseconds, Result
from monitor.core.schedule import Agenda, Due, due_rate
from monitor.probes.assignment import Assignment
from monitor.probes.base import Check, ProbeContext
from monitor.probes.controls import Controls
from monitor.probes.run import Clock, observe

logger = logging.getLogger(__name__)

_HOST_LIMIT = 50
"""Probes under way at once against one host: we are a guest there."""

_REANCHOR_MS = 500
_IDLE_SECONDS = 1.0
_AFTER = 0.0001  # seconds past a due time, so that rounding never wakes us before it


class Prober:
    """The probing of one location."""

    def __init__(self, location: str, context: ProbeContext, clock: Clock, deliver: Callable[[Result], None]) -> None:
        self.controls = Controls(context, clock, location)
        self._location = location
        self._context = context
        self._clock = clock
        self._deliver = deliver
        self._assignments: dict[tuple[str, int], tuple[Assignment, asyncio.Semaphore]] = {}
        self._agenda = Agenda((), 0)
        self._throttle = Throttler(rate_limit=100, period=1.0, retry_interval=0.005)
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_HOST_LIMIT))
        self.under_way: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._anchor = (clock.wall(), clock.monotonic())
        self._probed_until: dict[str, int] = {}
        self.late_ms: list[float] | None = None
        """Start lateness of every probe, where a benchmark asks for it."""

    def lend(self, context: ProbeContext) -> None:
        """Takes another context, from the next attempt on."""
        if context is not self._context:
            self._context = context
            self.controls.lend(context)

    def assign(self, assignments: Sequence[Assignment]) -> None:
        """Takes over a new list of checks; a slot that was probed already is not probed again."""
        self._assignments = {
            (item.timing.key, item.timing.start): (item, self._hosts[_peer(item.check)]) for item in assignments
        }
        timings = [item.timing for item in assignments]
        self._agenda = Agenda(timings, self._now_ms())
        rate = max(100, int(2 * due_rate(timings)) + 1)
        self._throttle = Throttler(rate_limit=rate, period=1.0, retry_interval=0.005)
        self._changed.set()

    async def run(self) -> None:
        """Probes until cancelled; then ends what is under way."""
        try:
            while True:
                for due in self._agenda.pop_due(self._now_ms()):
                    await self._start(due)
                await self._sleep()
        finally:
            for task in self.under_way:
                task.cancel()
            await asyncio.gather(*self.under_way, return_exceptions=True)
            self.controls.close()

    async def _sleep(self) -> None:
        next_ms = self._agenda.next_ms
        wait = _IDLE_SECONDS if next_ms is None else next_ms / 1000 - self._now() + _AFTER
        self._changed.clear()
        if wait <= 0:
            await asyncio.sleep(0)
            return
        # A timer that sets the event: running into a timeout would cost a cancellation for each probe.
        timer = asyncio.get_running_loop().call_later(min(wait, _IDLE_SECONDS), self._changed.set)
        try:
            await self._changed.wait()
        finally:
            timer.cancel()

    async def _start(self, due: Due) -> None:
        """Waits for the throttle (in order: one waiter at a time) and starts the probe unless its time is over."""
        found = self._assignments.get((due.key, due.start))
        if found is None or due.slot <= self._probed_until.get(due.key, -1):
            return
        await self._throttle.acquire()  # type: ignore[no-untyped-call]
        if self._now_ms() > due.latest_ms:
            return
        self._probed_until[due.key] = due.slot
        if self.late_ms is not None:
            self.late_ms.append(self._clock.wall() * 1000 - due.at_ms)
        task = asyncio.create_task(self._probe(*found, due))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _probe(self, assignment: Assignment, host: asyncio.Semaphore, due: Due) -> None:
        try:
            async with host:
                if self._now_ms() > due.latest_ms:
                    return
                started = self._clock.monotonic()
                result = await observe(
                    component=assignment.component,
                    check=assignment.check,
                    location=self._location,
                    slot=due.slot,
                    definition=assignment.definition,
                    context=self._context,
                    clock=self._clock,
                )
            self._deliver(await self.controls.judged(result, started))
        except Exception:
            # The one place a bug around a probe ends up: the slot stays unknown, the others go on.
            logger.exception("probing %s failed", due.key)

    def _now_ms(self) -> Milliseconds:
        return int(self._now() * 1000)

    def _now(self) -> float:
        """The wall clock as the monotonic one carries it on, set anew when the two have drifted apart."""
        wall, monotonic = self._clock.wall(), self._clock.monotonic()
        carried = self._anchor[0] + (monotonic - self._anchor[1])
        if abs(carried - wall) * 1000 > _REANCHOR_MS:
            self._anchor = (wall, monotonic)
            return wall
        return carried


def _peer(check: Check) -> str:
    """Whom a check probes, as far as its definition says: the host, or the reference that holds it."""
    first = getattr(check, "steps", None) or (check,)
    for field in ("url", "dsn", "host", "path", "resolver"):
        if isinstance(target := getattr(first[0], field, None), str):
            return urlsplit(target).hostname or target if "://" in target else target
    return check.kind
