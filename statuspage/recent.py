"""The last days as customers read them: what happened, and runs of days when nothing did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from monitor.core.text import used_time
from monitor.reader.views import MaintenanceView, OutageView, PageView, RecentDay
from statuspage.incidents import day_line
from statuspage.language import N_, Language
from statuspage.moments import Moments
from statuspage.places import incident_place, window_place

IS_DOWN, WAS_DOWN = N_("%(name)s is down"), N_("%(name)s was down")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened on a day."""

    title: str
    text: str
    place: str = ""  # of its page, below the language's home


@dataclass(frozen=True, slots=True)
class Recent:
    """A day with its entries, or a run of quiet days without any and what is said of them."""

    title: str
    entries: tuple[Entry, ...]
    quiet: str


def recent_days(view: PageView, language: Language, moments: Moments) -> Iterator[Recent]:
    """Newest first; neighbouring quiet days become one, save today, which is not over."""
    names = {component.id: component.name for component in view.components}
    measured = _measured_days(view)
    silence = {True: language.say("No outages."), False: language.say("Not measured.")}
    today = moments.today

    def kind(day: RecentDay) -> tuple[bool, bool, bool]:
        return bool(day.incidents or day.outages or day.maintenance), day.day == today, day.day in measured

    for (eventful, _, seen), run in groupby(view.days, key=kind):
        days = list(run)
        if not eventful:
            yield Recent(moments.run_title(days[0].day, days[-1].day), (), silence[seen])
            continue
        for day in days:
            yield Recent(moments.day_title(day.day), tuple(_entries(day, names, language, moments)), "")


def _measured_days(view: PageView) -> set[date]:
    return {
        day.day
        for component in view.components
        for day in component.days[-len(view.days) :]
        if day.total_seconds > day.unknown_seconds
    }


def _entries(day: RecentDay, names: dict[str, str], language: Language, moments: Moments) -> Iterator[Entry]:
    for incident in day.incidents:
        yield Entry(
            incident.title[language.code], day_line(incident, day.day, language, moments), incident_place(incident.id)
        )
    for outage in day.outages:
        name = names.get(outage.component, outage.component)
        title = language.say(WAS_DOWN if outage.end else IS_DOWN, name=name)
        yield Entry(title, _outage(outage, day, language, moments))
    for window in day.maintenance:
        yield Entry(window.title, _window(window, day, language, moments), window_place(window.id))


def _outage(outage: OutageView, day: RecentDay, language: Language, moments: Moments) -> str:
    if outage.end is None:
        return language.say("%(since)s, ongoing", since=moments.since(outage.start).text)
    hours = moments.hours(outage.start, outage.end, day.day)
    return f"{hours}, {used_time(outage.down_seconds, language.wording, detail=True)}"


def _window(window: MaintenanceView, day: RecentDay, language: Language, moments: Moments) -> str:
    end = window.end if window.ended_at is None else min(window.end, window.ended_at)
    hours = moments.hours(window.start, end, day.day)
    return language.say("maintenance, %(hours)s", hours=hours)
