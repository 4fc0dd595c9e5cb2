"""Exclusions: periods that do not count, and the rules by which one is accepted.

Maintenance counts by its notice, the other kinds by approval and only where the agreement lists them.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from monitor.core.interval import Intervals, intersect, union
from monitor.core.model import Interval, Seconds, Span, State

NOTICE_SECONDS: Seconds = 604_800
"""Seven days, elapsed. An agreement may demand more, never less."""

MAINTENANCE = "maintenance"
APPROVED_KINDS = frozenset({"force_majeure", "third_party", "customer_caused"})
KINDS = APPROVED_KINDS | {MAINTENANCE}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A period somebody wants excluded. `approved` is None while nobody has decided.

    `kind` is a plain text: evidence may hold kinds that do not count.
    """

    kind: str
    start: Seconds
    end: Seconds
    announced_at: Seconds | None = None
    approved: bool | None = None
    completed_at: Seconds | None = None
    cancelled_at: Seconds | None = None
    check: str | None = None  # of a correction of one check


def accepted_window(
    exclusion: Exclusion, *, excludes: AbstractSet[str] = KINDS, notice: Seconds = NOTICE_SECONDS
) -> Interval | None:
    """What of it does not count; None when nothing does.

    Completion or cancellation, whichever came first, ends it early; before its start nothing is left.
    """
    if exclusion.kind not in excludes or not _counts(exclusion, notice):
        return None
    stops = (exclusion.end, exclusion.completed_at, exclusion.cancelled_at)
    end = min(stop for stop in stops if stop is not None)
    return Interval(exclusion.start, end) if exclusion.start < end else None


def accepted_windows(
    exclusions: Iterable[Exclusion], *, excludes: AbstractSet[str] = KINDS, notice: Seconds = NOTICE_SECONDS
) -> Intervals:
    """The union of what is accepted of each."""
    windows = (accepted_window(each, excludes=excludes, notice=notice) for each in exclusions)
    return union(window for window in windows if window is not None)


def cap_reached(windows: Iterable[Interval], cap: Seconds) -> Seconds | None:
    """The instant from which maintenance counts as it is seen: `cap` seconds of the windows' union lie before it.

    None when the windows are not more than the cap. Whatever overlaps counts once; their order does not matter.
    """
    left = cap
    for window in union(windows):
        if window.length > left:
            return window.start + left
        left -= window.length
    return None


def before(windows: Iterable[Interval], instant: Seconds | None) -> Intervals:
    """What of the windows lies before an instant; all of it for None."""
    if instant is None:
        return union(windows)
    return union(Interval(each.start, min(each.end, instant)) for each in windows)


def in_time(announced_at: Seconds, start: Seconds, notice: Seconds = NOTICE_SECONDS) -> bool:
    """Whether a notice came early enough for its own start: elapsed seconds, inclusive."""
    return announced_at + max(notice, NOTICE_SECONDS) <= start


def observed_not_up(spans: Iterable[Span], period: Interval) -> Intervals:
    """What of the period was seen down or degraded: an approved exclusion is never wider than this."""
    seen = (State.DOWN, State.DEGRADED)
    return intersect([period], (Interval(each.start, each.end) for each in spans if each.state in seen))


def _counts(exclusion: Exclusion, notice: Seconds) -> bool:
    if exclusion.kind in APPROVED_KINDS:
        return exclusion.approved is True
    announced = exclusion.announced_at
    if exclusion.kind != MAINTENANCE or exclusion.approved is False or announced is None:
        return False
    return in_time(announced, exclusion.start, notice)
