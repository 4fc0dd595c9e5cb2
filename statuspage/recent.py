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
    """One thing that went on in a day."""

    title: str
    text: str
    place: str = ""  # of its page, below the language's home


@dataclass(frozen=True, slots=True)
class Recent:
    """A day or a run of days with their entries, or without any and what is said of them then."""

    title: str
    entries: tuple[Entry, ...]
    quiet: str


def recent_days(view: PageView, language: Language, moments: Moments) -> Iterator[Recent]:
    """Newest first. Neighbouring days of which the same is said become one, save today, which is not over."""
    names = {component.id: component.name for component in view.components}
    measured = _measured_days(view)
    silence = {True: language.say("No outages."), False: language.say("Not measured.")}
    told = [(day, tuple(_entries(day, names, language, moments))) for day in view.days]

    def kind(one: tuple[RecentDay, tuple[Entry, ...]]) -> tuple[bool, object, tuple[Entry, ...], bool]:
        day, entries = one
        # By what they are, too: two outages at the same hours of two days read the same.
        same = (day.incidents, day.outages, day.maintenance)
        return day.day == moments.today, same, entries, not entries and day.day in measured

    for (_, _, entries, seen), run in groupby(told, key=kind):
        days = [day.day for day, _ in run]
        title = moments.run_title(days[0], days[-1])
        yield Recent(title, entries, "" if entries else silence[seen])


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
    if moments.day_of(outage.start) != day.day:
        return hours
    return f"{hours}, {used_time(outage.down_seconds, language.wording, detail=True)}"


def _window(window: MaintenanceView, day: RecentDay, language: Language, moments: Moments) -> str:
    end = window.end if window.ended_at is None else min(window.end, window.ended_at)
    hours = moments.hours(window.start, end, day.day)
    return language.say("maintenance, %(hours)s", hours=hours)
