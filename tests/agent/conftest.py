"""An agent in this process, driven step by step, beside a hub that does as it is told."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from monitor.agent.address import trust
from monitor.agent.agent import Agent
from monitor.agent.checks import Known, Wanted
from monitor.agent.link import Link, open_link
from monitor.agent.own import Own
from monitor.agent.place import Place
from monitor.agent.puller import Puller
from monitor.agent.sender import Sender
from monitor.agent.waiting import Waiting
from monitor.core.model import Failure, FailureKind, Result, State
from monitor.core.stand import Stand
from monitor.probes.assignment import Assignment
from monitor.probes.controls import Control
from monitor.storage.spool import Spool
from tests.agent.hub import TOKEN
from tests.probes.conftest import CalmClock, secret


@dataclass
class HandClock(CalmClock):
    """Monotonic time moves only by hand."""

    at: float = 1000.0

    def monotonic(self) -> float:
        return self.at


@dataclass
class Bench:
    """The parts of an agent, each to be stepped by hand."""

    place: Place
    clock: HandClock
    spool: Spool
    stands: list[Stand]
    assigned: list[Assignment] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    @property
    def waiting(self) -> Waiting:
        return self.place.waiting

    @property
    def link(self) -> Link:
        return self.place.link

    def clock_is(self, ahead_ms: int) -> None:
        """Sets the machine's clock, so far ahead of the right time."""
        self.stands[0] = Stand("boot", 1_000_000_000_000 + ahead_ms)

    def sender(self) -> Sender:
        return Sender(self.place)

    def puller(self) -> Puller:
        def assign(wanted: Wanted) -> None:
            self.assigned, self.controls = wanted.assignments, wanted.controls

        return Puller(self.place, assign)

    def agent(self, own: Own | None = None) -> Agent:
        return Agent(self.place, own or Own())

    async def see(self, *results: Result, away: bool = False) -> str | None:
        """What the prober saw within a second, written to the disk."""
        for result in results:
            self.waiting.deliver(result)
        return await self.place.on_disk(lambda: self.waiting.flush(0, away=away))


Opened: TypeAlias = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """`async with opened(hub.url) as bench`: a new process on the same folder, each time."""

    @asynccontextmanager
    async def open_(
        *urls: str, token: str = TOKEN, folder: str = "agent", ca: Path | None = None
    ) -> AsyncIterator[Bench]:
        home = tmp_path / folder
        home.mkdir(exist_ok=True)
        clock = HandClock()
        spool = Spool(home / "spool")
        stands = [Stand("boot", 1_000_000_000_000)]
        disk = ThreadPoolExecutor(1)
        async with open_link(urls, token, trust(ca), clock.wall) as link:
            place = Place(
                location="singapore",
                link=link,
                waiting=Waiting(spool, lambda: stands[0]),
                known=Known(home / "checks.json"),
                clock=clock,
                secrets=secret,
                chance=lambda: 0.0,
                disk=disk,
            )
            yield Bench(place, clock, spool, stands)
        disk.shutdown()

    return open_


def result(number: int, outcome: State = State.UP) -> Result:
    failure = Failure(FailureKind.TIMEOUT, "after 10 s") if outcome is State.DOWN else None
    return Result("api", "http", "singapore", 60 * number, 60_000 * number, outcome, "d" * 64, failure=failure)


def results(*numbers: int) -> list[Result]:
    return [result(number) for number in numbers]


def numbers(found: list[Result]) -> list[int]:
    return [item.slot // 60 for item in found]
