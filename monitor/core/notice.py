"""Maintenance as a list of append-only events, and the notices that they add up to.

A notice is one piece of a window, for one component, with the moment it was published; it is judged alone, by
its own start. Nothing here stamps an event: `at` is when it stood on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.exclusion import MAINTENANCE, NOTICE_SECONDS, Exclusion, in_time
from monitor.core.interval import Intervals, intersect, subtract, union
from monitor.core.model import Interval, Seconds


class NoticeAction(StrEnum):
    ANNOUNCE = "announce"
    REVISE = "revise"
    COMPLETE = "complete"
    CANCEL = "cancel"


_CLOSING = (NoticeAction.COMPLETE, NoticeAction.CANCEL)


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """One thing that was published about a maintenance. On a revision None means: as it was."""

    at: Seconds
    action: NoticeAction
    start: Seconds | None = None
    end: Seconds | None = None
    components: tuple[str, ...] | None = None
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A piece of a window as announced, and what cut it short (None: nothing did)."""

    start: Seconds
    end: Seconds
    announced_at: Seconds
    eligible: bool
    counts_until: Seconds | None = None

    @property
    def counted(self) -> Interval:
        return Interval(self.start, self.end if self.counts_until is None else self.counts_until)

    @property
    def exclusion(self) -> Exclusion:
        """The notice as evidence holds it."""
        return Exclusion(
            MAINTENANCE, self.start, self.end, announced_at=self.announced_at, completed_at=self.counts_until
        )


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What the events say now. `closed_at` is the first completion or cancellation."""

    start: Seconds
    end: Seconds
    components: tuple[str, ...]
    title: str
    description: str
    published_at: Seconds
    closed_at: Seconds | None
    cancelled: bool  # before its start: nothing of it is left

    @property
    def period(self) -> Interval:
        """Announced, whatever cut it short."""
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a notice published then would be worth. `latest` is the last moment that would be in time."""

    eligible: bool
    given_seconds: Seconds
    short_seconds: Seconds
    latest: Seconds


def latest_moment(start: Seconds, notice: Seconds = NOTICE_SECONDS) -> Seconds:
    """The last `published_at` with which a window that starts then is still excluded."""
    return start - max(notice, NOTICE_SECONDS)


def preview(published_at: Seconds, start: Seconds, notice: Seconds = NOTICE_SECONDS) -> Preview:
    """Whether a window published then would be excluded, how much notice that gives, how much is missing."""
    latest = latest_moment(start, notice)
    return Preview(published_at <= latest, start - published_at, max(0, published_at - latest), latest)


def standing(events: Sequence[NoticeEvent]) -> Maintenance:
    """What the events say now. Revisions after a completion or cancellation change nothing.

    Raises ValueError for events that do not begin with one whole announcement, go back in time, or leave
    nothing between start and end.
    """
    current, *later = _until_closed(events)
    closing = later.pop() if later and later[-1].action in _CLOSING else None
    for event in later:
        current = _revised(current, event)
    start, end, components = _whole(current)
    return Maintenance(
        start=start,
        end=end,
        components=components,
        title=current.title or "",
        description=current.description or "",
        published_at=events[0].at,
        closed_at=closing.at if closing else None,
        cancelled=closing is not None and closing.action is NoticeAction.CANCEL and closing.at <= start,
    )


def notices(events: Sequence[NoticeEvent], component: str, *, notice: Seconds = NOTICE_SECONDS) -> tuple[Notice, ...]:
    """The component's notices, by start. What lies after a completion or cancellation is not listed.

    A revision keeps `announced_at` on the overlap with what was announced before; each stretch outside it,
    and a component that was not announced before, is a new notice. Raises as `standing` does.
    """
    current, *later = _until_closed(events)
    pieces = _pieces((), current, component)
    closed_at = None
    for event in later:
        if event.action in _CLOSING:
            closed_at = event.at
            break
        current = _revised(current, event)
        pieces = _pieces(pieces, current, component)
    found = (_notice(period, announced_at, closed_at, notice) for period, announced_at in pieces)
    return tuple(each for each in found if each is not None)


def excluded(found: Sequence[Notice]) -> Intervals:
    """The union of what the eligible notices exclude."""
    return union(each.counted for each in found if each.eligible)


def extend(events: Sequence[NoticeEvent], event: NoticeEvent) -> tuple[NoticeEvent, ...]:
    """The events with one more, for whoever writes them.

    Raises ValueError where it would change nothing (the maintenance is closed) or could not be published.
    """
    if events and event.action is NoticeAction.ANNOUNCE:
        raise ValueError("this maintenance is already announced; revise it")
    if events and (closing := _until_closed(events)[-1]).action in _CLOSING:
        was = "completed" if closing.action is NoticeAction.COMPLETE else "cancelled"
        raise ValueError(f"this maintenance was already {was}; announce a new one")
    extended = (*events, event)
    standing(extended)
    return extended


_Piece = tuple[Interval, Seconds]


def _pieces(before: tuple[_Piece, ...], current: NoticeEvent, component: str) -> tuple[_Piece, ...]:
    start, end, components = _whole(current)
    if component not in components:
        return ()
    period = [Interval(start, end)]
    kept = [(part, at) for piece, at in before for part in intersect([piece], period)]
    added = [(part, current.at) for part in subtract(period, (piece for piece, _ in before))]
    return tuple(sorted([*kept, *added], key=lambda piece: piece[0].start))


def _notice(period: Interval, announced_at: Seconds, closed_at: Seconds | None, notice: Seconds) -> Notice | None:
    if closed_at is not None and closed_at <= period.start:
        return None
    cut = closed_at if closed_at is not None and closed_at < period.end else None
    return Notice(period.start, period.end, announced_at, in_time(announced_at, period.start, notice), cut)


def _until_closed(events: Sequence[NoticeEvent]) -> list[NoticeEvent]:
    """The events that count, checked: up to and with the first completion or cancellation."""
    if not events or events[0].action is not NoticeAction.ANNOUNCE:
        raise ValueError("a maintenance begins with its announcement")
    counting: list[NoticeEvent] = []
    for event in events:
        if counting and event.action is NoticeAction.ANNOUNCE:
            raise ValueError("a maintenance is announced once; what follows revises it")
        if counting and event.at < counting[-1].at:
            raise ValueError(f"events go back in time: {event.at} comes after {counting[-1].at}")
        counting.append(event)
        if event.action in _CLOSING:
            break
    return counting


def _revised(current: NoticeEvent, event: NoticeEvent) -> NoticeEvent:
    return NoticeEvent(
        at=event.at,
        action=event.action,
        start=current.start if event.start is None else event.start,
        end=current.end if event.end is None else event.end,
        components=current.components if event.components is None else event.components,
        title=current.title if event.title is None else event.title,
        description=current.description if event.description is None else event.description,
    )


def _whole(event: NoticeEvent) -> tuple[Seconds, Seconds, tuple[str, ...]]:
    if event.start is None or event.end is None or not event.components:
        raise ValueError("an announcement names a start, an end and at least one component")
    if event.start >= event.end:
        raise ValueError(f"a maintenance ends after it starts: {event.start} to {event.end}")
    return event.start, event.end, event.components
