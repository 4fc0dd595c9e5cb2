"""Severities of incidents, and the clocks that run by them: respond, resolve, say more, write the post-mortem.

A severity's rank orders it (1 is the gravest); its label is what people call it, and schemes differ. A clock runs
around the clock, or in working hours only.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.core.calendar import instant_at
from monitor.core.incident import Impact, Incident, worst
from monitor.core.model import Interval, Seconds

_LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Severity:
    """What it promises; None: nothing. With `working` respond and resolve count working hours only."""

    rank: int
    label: str
    respond: Seconds | None = None
    resolve: Seconds | None = None
    update: Seconds | None = None  # more is said at least so often
    postmortem: Seconds | None = None  # after it was resolved
    working: bool = False


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """On these days of the week (0 is Monday), from one wall time until another, in a zone."""

    days: Collection[int]
    start: time
    end: time
    zone: ZoneInfo

    def after(self, instant: Seconds) -> Iterator[Interval]:
        """Every stretch of working time from an instant on, in order."""
        first = datetime.fromtimestamp(instant, self.zone).date()
        for day in (first + timedelta(days=number) for number in range(_LONGEST_DAYS)):
            opens, closes = (instant_at(datetime.combine(day, at), self.zone) for at in (self.start, self.end))
            if day.weekday() in self.days and closes > instant:
                yield Interval(max(opens, instant), closes)


class ClockKind(StrEnum):
    RESPOND = "respond"
    RESOLVE = "resolve"
    UPDATE = "update"
    POSTMORTEM = "postmortem"


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that is due; `done_at` None: not done yet."""

    kind: ClockKind
    due: Seconds
    done_at: Seconds | None

    def is_late(self, now: Seconds) -> bool:
        """Whether it was, or is being, done too late."""
        return (now if self.done_at is None else self.done_at) > self.due


def due_at(start: Seconds, length: Seconds, hours: WorkingHours | None) -> Seconds:
    """When that much time is over; with `hours` only working time counts."""
    if hours is None:
        return start + length
    left = length
    for stretch in hours.after(start):
        if left <= stretch.length:
            return stretch.start + left
        left -= stretch.length
    raise ValueError("these working hours hold no time")


def severity_of(severities: Sequence[Severity], rank: int) -> Severity:
    """The one of that rank; one that the settings no longer hold promises nothing."""
    return next((item for item in severities if item.rank == rank), Severity(rank, f"rank {rank}"))


def usual_rank(severities: Sequence[Severity], impacts: Iterable[Impact]) -> int:
    """What nobody has judged yet: the second rank where something is down, the third where it is degraded."""
    ranks = sorted(item.rank for item in severities)
    place = {Impact.DOWN: 1, Impact.DEGRADED: 2, Impact.NONE: 3}[worst(impacts)]
    return ranks[min(place, len(ranks) - 1)]


def clocks(incident: Incident, severity: Severity, hours: WorkingHours) -> list[Clock]:
    """Every clock that runs or ran for it, in the order in which they are due. None runs for what was merged away."""
    if incident.merged_into:
        return []
    working = hours if severity.working else None
    found = []
    if severity.respond is not None:
        due = due_at(incident.started, severity.respond, working)
        found.append(Clock(ClockKind.RESPOND, due, incident.responded_at))
    if severity.resolve is not None:
        due = due_at(incident.started, severity.resolve, working)
        found.append(Clock(ClockKind.RESOLVE, due, incident.resolved_at))
    if incident.next_update is not None:
        found.append(Clock(ClockKind.UPDATE, incident.next_update, None))
    if (due_by := postmortem_due(incident, severity)) is not None:
        shown = incident.published_postmortem
        found.append(Clock(ClockKind.POSTMORTEM, due_by, shown.published_at if shown else None))
    return sorted(found, key=lambda clock: clock.due)


def waiting(incident: Incident, severity: Severity, hours: WorkingHours) -> list[Clock]:
    """What somebody still has to do: what is over is neither answered nor resolved any more."""
    left = (clock for clock in clocks(incident, severity, hours) if clock.done_at is None)
    return [clock for clock in left if incident.open or clock.kind is ClockKind.POSTMORTEM]


def postmortem_due(incident: Incident, severity: Severity) -> Seconds | None:
    """By when it is to be published. None while the incident goes on, for one that customers never saw, and for one
    that was over before it was filled in."""
    if severity.postmortem is None or incident.resolved_at is None or not incident.public:
        return None
    if incident.opened_at > incident.resolved_at:
        return None
    return incident.resolved_at + severity.postmortem
