"""The views that the page, the API and the reports show. Frozen, complete, no arithmetic left to do but wording.

Instants are epoch seconds (UTC); zones are applied where text is made. Figures are exact (`Fraction`).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from monitor.core.account import Account
from monitor.core.allowance import Outlook as Outlook
from monitor.core.availability import Figure, Judgement
from monitor.core.ledger import Entry
from monitor.core.model import FailureKind, Interval, Milliseconds, Seconds, State
from monitor.core.vote import Mode
from monitor.reader.incident_views import IncidentView
from monitor.reader.window_views import MaintenanceView as MaintenanceView

MONTHS = 12
"""How many months the Uptime view goes back."""


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
    paused_until: Seconds | None = None  # not probed for the time being
    reported: bool = False  # not probed: settled up to `as_of` by its vendor's reports, and unknown since


@dataclass(frozen=True, slots=True)
class RecentDay:
    """One of the last 14 days: what went on in it, and the maintenance that began on it; all may be empty.

    An outage that an incident of that day covers is told there.
    """

    day: date
    outages: tuple[OutageView, ...]
    maintenance: tuple[MaintenanceView, ...]
    incidents: tuple[IncidentView, ...] = ()


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
    silent: int = 0  # locations that do not report at present, private ones too
    incidents: tuple[IncidentView, ...] = ()  # going on now, newest beginning first
    windows: tuple[str, ...] = ()  # ids of all maintenance ever published
    told: tuple[tuple[str, Seconds], ...] = ()  # all public incidents, those that moved too: id and beginning


@dataclass(frozen=True, slots=True)
class Readiness:
    """`/readyz`: ready when every part is; `problems` are for the operator, one plain sentence each.

    `role`: "leads", "follows", or what this hub waits for before it can be either.
    """

    ready: bool
    problems: tuple[str, ...]
    role: str = "leads"


class Stage(StrEnum):
    """How far a month's books are."""

    RUNNING = "running"
    PROVISIONAL = "provisional"  # over, not closed
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Books:
    """The state of a month's books. `revision` counts the changes accepted since it was closed; `proposed`: what is
    stored by now speaks for another."""

    stage: Stage
    revision: int = 0
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class UptimeWindow:
    """Announced maintenance that touches a month. `excluded` is what of it does not count; None: all of it counts."""

    title: str
    start: Seconds
    end: Seconds  # as it was, cut by what completed it
    announced_at: Seconds
    excluded: Interval | None


@dataclass(frozen=True, slots=True)
class UptimeMonth:
    """One month of one component, opened into what made its figure.

    `figure` and the three lists of intervals are of the settled part: `down` adds up to the figure's down seconds,
    `gaps` to its unknown ones. `allowed` is of the measured time; while the month runs, of the whole month.
    `verdict` is given once the month is over, `outlook` until then; both are None without data or target.
    """

    month: str  # "2026-11"
    bounds: Interval
    final: bool
    books: Books
    target: Fraction | None
    figure: Figure
    plain: Figure  # as measured, nothing excluded
    to_come_seconds: Seconds
    out_of_service_seconds: Seconds
    verdict: Judgement | None
    outlook: Outlook | None
    allowed: Fraction | None
    down: tuple[Interval, ...]
    inferred: tuple[Interval, ...]  # of `down`: nobody saw a recovery in between
    gaps: tuple[Interval, ...]
    windows: tuple[UptimeWindow, ...]
    corrected: tuple[Interval, ...]  # our measurement was wrong: approved, and so not measured
    pending: tuple[Interval, ...]  # requested to be corrected, and counted as measured until that is decided
    outages: int
    every: Seconds  # how exactly an outage's edges are known; 0: as its vendor reported them


@dataclass(frozen=True, slots=True)
class UptimeComponent:
    id: str
    name: str
    target: Fraction | None
    months: tuple[UptimeMonth, ...]  # newest first, at most twelve; none before it is in service


@dataclass(frozen=True, slots=True)
class UptimeView:
    """The Uptime page at one moment."""

    title: str
    zone: str
    languages: tuple[str, ...]
    now: Seconds
    components: tuple[UptimeComponent, ...]


@dataclass(frozen=True, slots=True)
class CheckedView:
    """How the critical checks of a component that are alike are made. `places` are labels of public locations."""

    every: Seconds
    places: tuple[str, ...]
    locations: int  # private ones too
    mode: Mode


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """How one component is measured. `lesser` are its checks that alone never make it down."""

    name: str
    checks: tuple[CheckedView, ...]
    lesser: int
    bridge: Seconds
    reported: bool = False  # by its vendor, and not measured


@dataclass(frozen=True, slots=True)
class Example:
    """A month of a component to show the arithmetic with."""

    name: str
    month: UptimeMonth


@dataclass(frozen=True, slots=True)
class MethodView:
    """How we measure, at one moment: the settings in force and a month of live data."""

    title: str
    zone: str
    languages: tuple[str, ...]
    now: Seconds
    components: tuple[MeasuredView, ...]
    example: Example | None
    ledger_head: str | None  # the newest entry's digest


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a customer needs to recompute a month: its account, and the ledger's head as of now."""

    account: Account
    head: Entry | None
