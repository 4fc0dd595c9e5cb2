"""Days as calendar sheets: a grid of weeks for each month, as the language begins its weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel.dates import format_date, get_day_names

from monitor.core.text import percent
from monitor.reader.views import DayView
from statuspage.days import day_place
from statuspage.language import Language
from statuspage.moments import Moments
from statuspage.shapes import RED_FROM


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `kind` is up, degraded, down, maintenance or unknown; `place` is the id of its row."""

    number: int
    kind: str
    place: str
    label: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One month, or what is shown of it: weeks of seven days, None where there is none."""

    title: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Weekday:
    short: str
    full: str


def weekdays(language: Language) -> tuple[Weekday, ...]:
    """The names of the days, as the language begins its weeks."""
    short = get_day_names("narrow", "stand-alone", locale=language.locale)
    full = get_day_names("wide", "stand-alone", locale=language.locale)
    return tuple(Weekday(short[day], full[day]) for day in _order(language))


def month_sheets(days: Sequence[DayView], language: Language, moments: Moments) -> tuple[Sheet, ...]:
    """Oldest month first; of the first and the last only the days that are given."""
    by_month = groupby(days, key=lambda day: f"{day.day:%Y-%m}")
    return tuple(Sheet(moments.month_title(month), tuple(_weeks(list(found), language))) for month, found in by_month)


def kind_of(day: DayView) -> str:
    """What a day is coloured by: as its bar, the worst part of it."""
    if day.total_seconds == 0 or day.unknown_seconds == day.total_seconds:
        return "unknown"
    if day.down_seconds >= RED_FROM:
        return "down"
    if day.down_seconds or day.degraded_seconds:
        return "degraded"
    return "maintenance" if day.maintenance_seconds else "up"


def _order(language: Language) -> list[int]:
    first = language.locale.first_week_day
    return [(first + number) % 7 for number in range(7)]


def _weeks(days: list[DayView], language: Language) -> Iterator[tuple[Cell | None, ...]]:
    order = _order(language)
    blank = order.index(days[0].day.weekday())
    cells: list[Cell | None] = [*[None] * blank, *(_cell(day, language) for day in days)]
    for start in range(0, len(cells), 7):
        week = cells[start : start + 7]
        yield (*week, *[None] * (7 - len(week)))


def _cell(day: DayView, language: Language) -> Cell:
    share = (
        language.say("Not measured") if day.availability is None else f"{percent(day.availability, language.wording)} %"
    )
    title = format_date(day.day, "EEE d MMM", locale=language.locale)
    return Cell(day.day.day, kind_of(day), day_place(day.day), f"{title}: {share}")
