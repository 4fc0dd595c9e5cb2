"""The views that the page, the API and the reports show. Frozen, complete, no arithmetic left to do but wording.

Instants are epoch seconds (UTC); zones are applied where text is made. Figures are exact (`Fraction`).
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from monitor.core.allowance import Outlook as Outlook
from monitor.core.availability import Figure
from monitor.core.model import FailureKind, Milliseconds, Seconds, State


@dataclass(frozen=True, slots=True)
class DayView:
    """One calendar day (page zone) of one component's bar. The five parts add up to `total_seconds`.

    `total_seconds` is the part of the day in scope: 0 before `since` and in the future ("not measured").
    """

    day: date
    total_seconds: Seconds
    up_seconds: Seconds
    degraded_seconds: Seconds
    down_seconds: Seconds
    unknown_seconds: Seconds
    excluded_seconds: Seconds
    maintenance_seconds: Seconds  # announced windows, excluded or not
    availability: Fraction | None


@dataclass(frozen=True, slots=True)
class OutageView:
    """A down span as people read it; `end` is None while it goes on; reason is None when nobody knows."""

    id: str
    component: str
    start: Seconds
    end: Seconds | None
    down_seconds: Seconds  # up to as_of
    inferred_seconds: Seconds
    reason: FailureKind | None


@dataclass(frozen=True, slots=True)
class MonthView:
    """The running month of one component in the page's zone, plain maintenance rule (7 days, weight 0)."""

    month: str  # "2026-11"
    figure: Figure
    target: Fraction | None
    outlook: Outlook | None
    used_seconds: Fraction | None  # downtime that counts
    budget_seconds: Fraction | None  # the whole month's allowance


@dataclass(frozen=True, slots=True)
class ComponentView:
    id: str
    name: str
    description: str
    group: str
    state: State
    since: Seconds | None  # when the present state began; None before the first result
    as_of: Seconds | None  # the watermark
    reason: FailureKind | None  # while not up
    in_maintenance: bool
    trouble_at: tuple[str, ...]  # labels of locations that see trouble which the vote did not count
    days: tuple[DayView, ...]  # 90, oldest first, the last is today
    ninety: Figure  # over those days
    measured_days: int  # days of the 90 with any measured time
    month: MonthView
    p95_ms: Milliseconds | None  # successful answers, last 24 h
    spark_ms: tuple[Milliseconds | None, ...]  # hourly p95, last 24 h, oldest first


@dataclass(frozen=True, slots=True)
class MaintenanceView:
    id: str
    title: str
    description: str
    components: tuple[str, ...]  # names
    start: Seconds
    end: Seconds  # announced end
    published_at: Seconds
    ended_at: Seconds | None  # completed or cancelled after its start
    running: bool
    excluded: bool  # every part of it was announced in time
    days_ahead: int  # whole days between publication and start


@dataclass(frozen=True, slots=True)
class RecentDay:
    """One of the last 14 days: its outages and maintenance; both may be empty."""

    day: date
    outages: tuple[OutageView, ...]
    maintenance: tuple[MaintenanceView, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole status page at one moment. `valid_until`: when its words change without an event."""

    title: str
    url: str
    zone: str
    languages: tuple[str, ...]
    now: Seconds
    as_of: Seconds | None  # the earliest component watermark
    checked_at: Seconds | None  # when the newest result was taken
    stale: bool  # nothing was measured for longer than it should take
    locations: tuple[str, ...]  # public labels
    components: tuple[ComponentView, ...]
    outages: tuple[OutageView, ...]  # going on now
    maintenance: tuple[MaintenanceView, ...]  # running or planned, soonest first
    days: tuple[RecentDay, ...]  # today first
    valid_until: Seconds


@dataclass(frozen=True, slots=True)
class Readiness:
    """`/readyz`: ready when every part is; `problems` are for the operator, one plain sentence each."""

    ready: bool
    problems: tuple[str, ...]
