"""Asks a location's control targets whether it has a network at all. The rule is `core.sight`; this is the loop."""

import asyncio
import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from monitor.core.model import FailureKind, Result, Seconds, State
from monitor.core.sight import AGAIN, APART, PATIENCE, Sight, is_by_name, unseen
from monitor.probes.base import ProbeContext, Sick
from monitor.probes.guard import guarded
from monitor.probes.lag import Clock
from monitor.probes.resolver import connected, is_address

logger = logging.getLogger(__name__)

_WRITTEN = re.compile(r"(?:\[([0-9a-fA-F:.%]+)\]|([^\s:\[\]/@]+)):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Control:
    """A host and a port that accept a connection as long as there is a network."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Control":
        """`1.1.1.1:443`, `[2606:4700:4700::1111]:443`, `example.com:443`. Raises ValueError saying how to write one."""
        match = _WRITTEN.fullmatch(text)
        if match is None or not 1 <= int(match[3]) <= 65535:
            raise ValueError("write a host and a port that always answer, such as 1.1.1.1:443")
        return cls(match[1] or match[2], int(match[3]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Controls:
    """The control targets of one location, asked together: one that answers is enough.

    Those that are given by name are a second witness: a name that cannot be found is held against them alone.
    """

    def __init__(self, context: ProbeContext, clock: Clock, location: str = "this location") -> None:
        self._location = location
        # Names that hang must not keep a control waiting that would tell why they do.
        self._names = ThreadPoolExecutor(2, thread_name_prefix="control-names")
        self._context = replace(context, names=self._names)
        self._clock = clock
        self._targets: tuple[Control, ...] = ()
        self._sight = Sight()
        self._by_name = Sight()
        self._began = float("-inf")
        self._round: asyncio.Task[None] | None = None
        self._again: asyncio.Task[None] | None = None
        self._blind_since: Seconds | None = None

    def lend(self, context: ProbeContext) -> None:
        """Takes another context: they are asked the way that probes leave."""
        self._context = replace(context, names=self._names)

    def use(self, targets: Sequence[Control]) -> None:
        """Asks these from now on."""
        if tuple(targets) != self._targets:
            self._targets = tuple(targets)
            self._sight = self._by_name = Sight()
            self._blind_since = None

    @property
    def blind_since(self) -> Seconds | None:
        """Since when none of them answers, by the wall clock; None while one does, or nobody had to ask."""
        return self._blind_since

    async def judged(self, result: Result, started: float) -> Result:
        """The result as it counts; one that is down waits until the controls were asked after it.

        `started` is when it was begun, by the monotonic clock.
        """
        if result.outcome is not State.DOWN or not self._targets:
            return result
        ended = self._clock.monotonic()
        while self._began < ended:
            await self._asked()
        by_name = is_by_name(result) and any(not is_address(target.host) for target in self._targets)
        sight = self._by_name if by_name else self._sight
        return unseen(result) if sight.clouded(started, self._clock.monotonic()) else result

    def close(self) -> None:
        for task in (self._round, self._again):
            if task is not None:
                task.cancel()
        self._names.shutdown(wait=False, cancel_futures=True)

    async def _asked(self) -> None:
        """Waits for the round that is under way, or begins one: all that failed meanwhile share it."""
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._ask())
        await asyncio.shield(self._round)

    async def _ask(self) -> None:
        await asyncio.sleep(max(0.0, self._began + APART - self._clock.monotonic()))
        targets, began = self._targets, self._clock.monotonic()
        answers = dict(zip(targets, await asyncio.gather(*map(self._answers, targets)), strict=True))
        self._began = began
        if targets != self._targets:
            return
        held = {target: answer for target, answer in answers.items() if answer is not None}
        named = [answer for target, answer in held.items() if not is_address(target.host)]
        self._by_name = self._by_name.after(began, answered=any(named) or not named)
        self._note(self._sight.after(began, answered=any(held.values()) or not held))

    def _note(self, sight: Sight) -> None:
        before, self._sight = self._sight, sight
        if sight.blind and not before.blind:
            self._blind_since = int(self._clock.wall())
            logger.warning(
                "%s is blind: no control target answers; what it sees as down is unknown until one does", self._location
            )
        elif before.blind and not sight.blind:
            self._blind_since = None
            logger.info("%s sees again: a control target answers", self._location)
        if sight.blind and (self._again is None or self._again.done()):
            self._again = asyncio.create_task(self._look_again())

    async def _look_again(self) -> None:
        while self._sight.blind:
            await asyncio.sleep(AGAIN)
            await self._asked()

    async def _answers(self, target: Control) -> bool | None:
        """Whether it accepts a connection; None where the agent's own file does not let anybody ask."""
        with guarded(self._context), suppress(OSError, TimeoutError):
            try:
                async with asyncio.timeout(PATIENCE), connected(target.host, target.port, self._context):
                    return True
            except Sick as error:
                if error.failure.kind is FailureKind.REFUSED_ADDRESS:
                    logger.error("the control target %s is not asked: %s", target, error.failure.detail)
                    return None
        return False
