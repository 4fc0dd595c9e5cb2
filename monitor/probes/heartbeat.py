"""`heartbeat`: did a job say in time that it did its work? It pushes its beats to the hub; this asks what they tell of
a slot, as of its start. Only the hub can see it.
"""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from monitor.core.heartbeat import Deadline, Promise, Rhythm, observe
from monitor.core.model import Failure, FailureKind, Observation, State
from monitor.core.text import format_duration
from monitor.probes.base import ANY_WAY, Check, Duration, Expect, ProbeContext, Sick, WallTime
from monitor.probes.phases import waiting_for_us

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SECOND = timedelta(seconds=1)
DEFAULT_WINDOW = timedelta(hours=12)
_WEEK = timedelta(days=7)
_LONGEST = timedelta(days=366)


def _whole(length: timedelta) -> timedelta:
    if length % _SECOND or not length:
        raise ValueError("write whole seconds, such as 30s, 5m or 1d")
    return length


def _never(retry: timedelta | None) -> timedelta | None:
    if retry:
        raise ValueError("a beat is waited for, never asked for again; leave retry out")
    return retry


def _days(days: tuple[Day, ...]) -> tuple[Day, ...]:
    if not days or len(set(days)) < len(days):
        raise ValueError("write each day once, such as [mon, tue, wed, thu, fri]")
    return days


Length: TypeAlias = Annotated[Duration, AfterValidator(_whole)]


class HeartbeatCheck(Check):
    """Either `period`, with some `grace`, or `by` a wall time on some days."""

    timed: ClassVar[bool] = False
    at_hub: ClassVar[bool] = True

    leaves_by: ClassVar[frozenset[str]] = ANY_WAY

    kind: Literal["heartbeat"] = "heartbeat"
    period: Annotated[Length, Field(le=_LONGEST)] | None = None
    grace: Duration | None = None  # default: a tenth of the period
    by: WallTime | None = None
    zone: str | None = None  # settings fill in the page's
    days: Annotated[tuple[Day, ...], AfterValidator(_days)] | None = None  # default: all
    window: Annotated[Length, Field(le=_WEEK)] | None = None  # default: 12h
    retry: Annotated[Duration | None, AfterValidator(_never)] = None
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.period is None) == (self.by is None):
            raise ValueError('write either period: 1h, or by: "06:00" for a deadline')
        return self

    def pause_before_retry(self) -> timedelta:
        return timedelta(0)

    @property
    def promise(self) -> Promise:
        """What its job promised."""
        if self.by is not None:
            days = frozenset(map(DAYS.index, self.days or DAYS))
            return Deadline(self.by, ZoneInfo(self.zone or "UTC"), days, (self.window or DEFAULT_WINDOW) // _SECOND)
        period = self.period or _LONGEST
        grace = period / 10 if self.grace is None else self.grace
        return Rhythm(period // _SECOND, grace // _SECOND)

    async def probe(self, context: ProbeContext) -> Observation:
        subject = context.subject
        if context.beats is None or subject is None:
            raise Sick(FailureKind.PROBE_ERROR, "a heartbeat is heard at the hub alone")
        patience = self.budget_of_attempt() / _SECOND / 2
        with waiting_for_us():
            heard, listening = await context.beats(subject.component, subject.check, subject.slot, patience)
        seen = observe(self.promise, heard, listening, subject.slot)
        took = None if heard.success is None else heard.success.took_ms
        allowed = self.expect.slower_than
        if (
            seen.outcome is not State.UP
            or took is None
            or allowed is None
            or took <= allowed / timedelta(milliseconds=1)
        ):
            return seen
        said = f"took {format_duration(timedelta(milliseconds=took))}, not {format_duration(allowed)}"
        return Observation(State.DEGRADED, failure=Failure(FailureKind.SLOW, said))
