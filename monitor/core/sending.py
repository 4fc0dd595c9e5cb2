"""Which reports are to be sent by now: the review on the first Monday, a statement when its month closes.

A report is owed once to each channel that asked for it before it was due. One that became due while nothing ran is
sent late, up to a week; after that it is only put on record as skipped.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from monitor.core.calendar import instant_at, month_bounds, month_of, months_between, previous_month
from monitor.core.model import Seconds

LATEST: Seconds = 7 * 86_400
"""How late a report is still sent: until the next one of a week would be nearer."""

SETTLED_AFTER: Seconds = 900
"""A review waits so long after its month's end, however early `at` is: the last results are in by then."""

PREFIX = "report:"
"""What the events of reports begin with in the outbox."""


class ReportKind(StrEnum):
    REVIEW = "review"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be sent. A review has neither agreement nor revision."""

    kind: ReportKind
    month: str
    agreement: str = ""
    revision: int = 0

    @property
    def event(self) -> str:
        """Its name in the outbox. A revision waits for what was sent of that month before it."""
        if self.kind is ReportKind.REVIEW:
            return f"{PREFIX}{self.kind}/{self.month}"
        return f"{PREFIX}{self.kind}:{self.agreement}:{self.month}/{self.revision}"


@dataclass(frozen=True, slots=True)
class Closed:
    """An agreement's month that was closed or revised at an instant."""

    agreement: str
    month: str
    revision: int
    at: Seconds


@dataclass(frozen=True, slots=True)
class Due:
    """A report for one channel. `skipped`: it is too late to send it."""

    report: Report
    channel: str
    at: Seconds
    skipped: bool


Wish: TypeAlias = tuple[ReportKind, str, str]
"""Kind, agreement (empty for the review) and channel: who is to get what."""

Moment: TypeAlias = tuple[Report, Seconds]
"""A report, and when it becomes due."""


def asked_since(versions: Iterable[tuple[Seconds, Set[Wish]]]) -> dict[Wish, Seconds]:
    """Since when each wish of the newest settings has stood in them without a break; versions in order."""
    since: dict[Wish, Seconds] = {}
    for loaded_at, wishes in versions:
        since = {wish: since.get(wish, loaded_at) for wish in wishes}
    return since


def review_moment(month: str, at: time, zone: ZoneInfo) -> Seconds:
    """When the review of the month before `month` is due: its first Monday at a wall time in the zone.

    A wall time that the clocks skip moves on by the gap, one that they double is the first.
    """
    first = date.fromisoformat(f"{month}-01")
    monday = first + timedelta(days=-first.weekday() % 7)
    due = instant_at(datetime.combine(monday, at), zone)
    return max(due, month_bounds(month, zone).start + SETTLED_AFTER)


def reviews(since: Seconds, now: Seconds, at: time, zone: ZoneInfo) -> Iterator[Moment]:
    """Every review that became due from one instant to another, both included, oldest first."""
    for month in months_between(month_of(since, zone), month_of(now, zone)):
        due = review_moment(month, at, zone)
        if since <= due <= now:
            yield Report(ReportKind.REVIEW, previous_month(month)), due


def statements(closings: Iterable[Closed]) -> Iterator[Moment]:
    """The statement of each closed month: of several revisions that nobody was sent only the newest."""
    newest: dict[tuple[str, str], Closed] = {}
    for item in sorted(closings, key=lambda closed: (closed.at, closed.revision)):
        newest[item.agreement, item.month] = item
    for item in sorted(newest.values(), key=lambda closed: (closed.at, closed.agreement)):
        yield Report(ReportKind.STATEMENT, item.month, item.agreement, item.revision), item.at


def due(
    moments: Iterable[Moment], asked: Mapping[Wish, Seconds], told: Set[tuple[str, str]], now: Seconds
) -> Iterator[Due]:
    """What is owed now and is not in the outbox yet: `told` holds its events and channels."""
    for report, at in moments:
        for (kind, agreement, channel), since in asked.items():
            wanted = (kind, agreement) == (report.kind, report.agreement) and since <= at <= now
            if wanted and (report.event, channel) not in told:
                yield Due(report, channel, at, skipped=now - at > LATEST)
