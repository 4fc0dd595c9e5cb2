"""Starts on time, on a clock that is moved: an event loop in which waiting takes no time and nothing is ever late."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Literal, TypeVar, cast

import pytest

from monitor.core.model import FailureKind, Observation, Result, State, digest
from monitor.probes.assignment import Assignment, assigned
from monitor.probes.base import Check, ProbeContext
from monitor.probes.prober import Prober

START = 1_767_225_600
T = TypeVar("T")


class Sleepless(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Where the loop would wait for its next timer, its clock is moved there."""

    moved = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not found and timeout:
            self.moved += timeout
        return found


class Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.clock = Sleepless()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.moved


class Told:
    """The clock that a probe is told: that of the loop."""

    def __init__(self, loop: Loop) -> None:
        self.monotonic = loop.time

    def wall(self) -> float:
        return START + self.monotonic()

    @contextmanager
    def watch(self) -> Iterator[Callable[[], float]]:
        yield lambda: 0.0


class Answering(Check):
    """A target of its own that takes so many seconds to answer."""

    kind: Literal["answering"] = "answering"
    host: str
    takes: float

    async def probe(self, context: ProbeContext) -> Observation:
        await asyncio.sleep(self.takes)
        return Observation(State.UP)


def check(name: str, takes: float, *, every: int, timeout: str, host: str | None = None) -> Assignment:
    made = Answering.model_validate(
        {"id": name, "host": host or name, "takes": takes, "every": f"{every}s", "timeout": timeout, "retry": "0s"}
    )
    return assigned("c", name, made, digest=digest(name), every=every, start=START, end=None)


def probed(checks: list[Assignment], seconds: float, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Result]]:
    """The results of each check after so long."""
    loop = Loop()
    monkeypatch.setattr("asyncio_throttle.throttler.time", SimpleNamespace(monotonic=loop.time))
    found: dict[str, list[Result]] = {item.check.id or "": [] for item in checks}

    async def run() -> None:
        nothing = cast("Any", None)
        context = ProbeContext(nothing, nothing, nothing, nothing, nothing, lambda name: name)
        prober = Prober("here", context, Told(loop), lambda result: found[result.check].append(result))
        prober.assign(checks)
        await until(prober.run, seconds)

    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
    return found


async def until(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await work()


def late_ms(item: Assignment, result: Result) -> int:
    return result.started_ms - result.slot * 1000 - item.timing.phase_ms


def test_five_thousand_targets_that_never_answer_hold_up_no_start_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [check(f"s{number}", 3600, every=20, timeout="10s") for number in range(5000)]
    quick = [check(f"q{number}", 0.01, every=1, timeout="300ms") for number in range(20)]
    found = probed([*slow, *quick], 20.5, monkeypatch)
    for item in quick:
        results = found[item.check.id or ""]
        assert [result.slot - START for result in results][:20] == list(range(20))
        assert all(result.outcome is State.UP and 0 <= late_ms(item, result) <= 5 for result in results)
    seen = [result for item in slow for result in found[item.check.id or ""]]
    assert {result.slot for result in seen} == {START}
    assert len(seen) == 5000
    assert {(result.outcome, result.failure and result.failure.kind) for result in seen} == {
        (State.DOWN, FailureKind.TIMEOUT)
    }


def test_starts_do_not_drift_over_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [check(f"k{number}", 0.2, every=60, timeout="10s") for number in range(20)]
    found = probed(checks, 3600, monkeypatch)
    for item in checks:
        results = found[item.check.id or ""]
        assert [result.slot - START for result in results] == list(range(0, 3600, 60))
        assert {late_ms(item, result) for result in results} <= {0, 1}


def test_at_one_host_fifty_are_under_way_at_once_and_other_hosts_wait_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [check(f"s{number}", 3600, every=60, timeout="29s", host="one") for number in range(60)]
    other = check("q", 0.01, every=60, timeout="1s")
    found = probed([*crowd, other], 60, monkeypatch)
    started = [result.started_ms for name, results in found.items() if name != "q" for result in results]
    assert max(sum(at <= one < at + 29_000 for at in started) for one in started) == 50
    assert [late_ms(other, result) for result in found["q"]] in ([0], [1])
