"""A small world for the storage tests: one component `api` with one check, slots of a minute from T0 on."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from monitor.core.alert import Plan
from monitor.core.model import Failure, FailureKind, Phases, Result, Seconds, Span, State, digest
from monitor.core.vote import Mode
from monitor.storage.judging import Judge, Judged
from monitor.storage.results import Refused
from monitor.storage.store import Store
from monitor.storage.terms import WantedCheck, WantedComponent

T0: Seconds = 1_767_225_600  # 2026-01-01T00:00:00Z
UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
DEFINITION: dict[str, Any] = {"kind": "http", "url": "https://api.example/health"}
CHANGED: dict[str, Any] = {"kind": "http", "url": "https://api.example/ready"}


def check(
    name: str = "http",
    *,
    component: str = "api",
    every: Seconds = 60,
    locations: tuple[str, ...] = ("here",),
    vote: Mode = "majority",
    critical: bool = True,
    definition: dict[str, Any] = DEFINITION,
) -> WantedCheck:
    return WantedCheck(component, name, every, locations, vote, critical, definition)


def component(
    *checks: WantedCheck, bridge: Seconds = 600, since: Seconds | None = None, until: Seconds | None = None
) -> WantedComponent:
    """A component of these checks; by default `api` with one."""
    own = checks or (check(),)
    return WantedComponent(own[0].component, bridge, since, until, own)


def seen(
    slot: Seconds,
    outcome: State = UP,
    *,
    component: str = "api",
    check: str = "http",
    location: str = "here",
    definition: dict[str, Any] = DEFINITION,
    started: int = 1_000,
    total_ms: int = 20,
    detail: str = "503",
    certificate_expires: Seconds | None = None,
) -> Result:
    """What a location saw in the slot that starts `slot` seconds after T0."""
    failure = Failure(FailureKind.STATUS, detail) if outcome in (DOWN, DEGRADED) else None
    return Result(
        component=component,
        check=check,
        location=location,
        slot=T0 + slot,
        started_ms=(T0 + slot) * 1000 + started,
        outcome=outcome,
        definition=digest(definition),
        phases=Phases(total_ms=total_ms),
        failure=failure,
        certificate_expires=certificate_expires,
    )


def slots(*states: State, start: Seconds = 0, every: Seconds = 60) -> list[Result]:
    """One result a slot, in order, from `start` on."""
    return [seen(start + number * every, state) for number, state in enumerate(states)]


class World:
    """A store and its judge on a clock that starts at T0; times are seconds after T0."""

    def __init__(self, store: Store, plan: Plan = Plan(), agents: Iterable[str] = ()) -> None:  # noqa: B008 - frozen
        self.store = store
        self.judge = Judge(plan, frozenset(agents))

    def adopt(self, *wanted: WantedComponent, at: Seconds = -1) -> None:
        document = {"wanted": [repr(item) for item in wanted]}
        self.store.adopt(digest(document), lambda: document, wanted, now=T0 + at, actor="test")
        self.judge.forget()

    def accept(self, *results: Result) -> list[Refused]:
        return self.store.accept(results)

    def step(self, at: Seconds) -> Judged:
        return self.store.judge(self.judge, T0 + at)

    def live(self, results: Iterable[Result], every: Seconds = 60) -> None:
        """Each result accepted and judged at the end of its slot, as the hub would."""
        for result in results:
            self.accept(result)
            self.step(result.slot - T0 + every)

    def timeline(self, component: str = "api") -> list[tuple[State, Seconds, Seconds]]:
        """Spans as (state, start, end), seconds after T0; inferred ones say so in `inferred`."""
        return [(span.state, span.start - T0, span.end - T0) for span in self.spans(component)]

    def inferred(self, component: str = "api") -> list[tuple[Seconds, Seconds]]:
        return [(span.start - T0, span.end - T0) for span in self.spans(component) if span.inferred]

    def spans(self, component: str = "api") -> list[Span]:
        return self.store.spans(component, 0, T0 * 2)

    def watermark(self, component: str = "api") -> Seconds:
        mark = self.store.components()[component].watermark
        assert mark is not None
        return mark - T0

    def revision(self, component: str = "api") -> int:
        return self.store.components()[component].revision


def merged(spans: Sequence[tuple[State, Seconds, Seconds]]) -> bool:
    """Whether the spans tile without holes."""
    return all(one[2] == two[1] for one, two in pairwise(spans))
