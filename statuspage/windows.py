"""Maintenance windows in words: on the status page, in the list of all of them, and on a page of their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.calendar import format_instant
from monitor.core.notice import NoticeAction
from monitor.reader.views import MaintenanceView
from monitor.reader.window_views import CalendarView, NoticeView
from statuspage.language import Language
from statuspage.moments import Moments, Stamp
from statuspage.places import window_calendar, window_place


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was said, for a line of time: what it was, when, and its text."""

    title: str
    at: Stamp
    text: str


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance window. `place` is its page below the language's home; `calendar` is empty once it is over."""

    id: str
    place: str
    title: str
    tone: str
    badge: str
    when: str
    iso: str
    components: str
    announced: str
    description: str
    calendar: str
    steps: tuple[Step, ...]  # newest first


@dataclass(frozen=True, slots=True)
class WindowsSheet:
    """The page of all maintenance; what is planned soonest first, what is over newest first."""

    running: tuple[Window, ...]
    planned: tuple[Window, ...]
    over: tuple[Window, ...]


def windows_sheet(view: CalendarView, language: Language, moments: Moments) -> WindowsSheet:
    """Everything the list says."""

    def words(found: Iterator[MaintenanceView]) -> tuple[Window, ...]:
        return tuple(window_of(window, language, moments) for window in found)

    return WindowsSheet(
        running=words(window for window in view.windows if window.running),
        planned=words(window for window in view.windows if not window.running and not is_over(window, view.now)),
        over=words(window for window in reversed(view.windows) if is_over(window, view.now)),
    )


def is_over(window: MaintenanceView, now: int) -> bool:
    """Whether nothing of it is still to come."""
    return window.cancelled or window.end <= now or (window.ended_at is not None and window.ended_at <= now)


def window_of(window: MaintenanceView, language: Language, moments: Moments) -> Window:
    """A window with everything that its page says."""
    over = is_over(window, moments.now)
    return Window(
        id=window.id,
        place=window_place(window.id),
        title=window.title or language.say("Maintenance"),
        tone="reported" if over else "maintenance",
        badge=_badge(window, language, over=over),
        when=moments.window(window.start, window.end),
        iso=format_instant(window.start),
        components=", ".join(window.components),
        announced=announced(window, language),
        description=window.description,
        calendar="" if over else window_calendar(window.id),
        steps=tuple(_steps(window, language, moments)),
    )


def announced(window: MaintenanceView, language: Language) -> str:
    """How long ahead, and what follows from it."""
    if window.excluded:
        return language.count("announced %(n)d day ahead", "announced %(n)d days ahead", window.days_ahead)
    if window.cancelled:
        return language.say("does not take place")
    if window.published_at >= window.start:
        return language.say("announced after its start: time down counts")
    if window.days_ahead >= 7:
        return language.say("a part was announced late: time down in it counts")
    return language.say("announced late: time down counts")


def _badge(window: MaintenanceView, language: Language, *, over: bool) -> str:
    if window.cancelled:
        return language.say("Cancelled")
    if over:
        return language.say("Completed") if window.ended_at is not None else language.say("Over")
    return language.say("Under way") if window.running else language.say("Planned")


def _steps(window: MaintenanceView, language: Language, moments: Moments) -> Iterator[Step]:
    for number, notice in reversed(list(enumerate(window.notices))):
        before = window.notices[number - 1] if number else None
        yield _step(notice, before, window, language, moments)


def _step(
    notice: NoticeView, before: NoticeView | None, window: MaintenanceView, language: Language, moments: Moments
) -> Step:
    period, text = moments.window(notice.start, notice.end), ""
    match notice.action:
        case NoticeAction.ANNOUNCE:
            title, text = language.say("Announced"), language.say("For %(period)s.", period=period)
        case NoticeAction.REVISE:
            title = language.say("Changed")
            if before is not None and (before.start, before.end) != (notice.start, notice.end):
                text = language.say("Now %(period)s.", period=period)
        case NoticeAction.COMPLETE:
            title = language.say("Completed")
            if notice.at < notice.end:
                text = language.say("Before its announced end: what follows counts again.")
        case NoticeAction.CANCEL:
            title = language.say("Cancelled") if window.cancelled else language.say("Broken off")
    return Step(title, moments.on(notice.at), text)
