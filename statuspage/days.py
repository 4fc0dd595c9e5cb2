"""A component's days as bars and as table rows. Days that are over are drawn once and kept."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from markupsafe import Markup

from monitor.core.text import percent, used_time
from monitor.reader.views import DayView
from statuspage.language import Language
from statuspage.shapes import BAR_HEIGHT, bar_left, bar_of, bar_width

_GROUNDS = {"up": 'class="b u"', "unknown": 'class="b" fill="url(#unmeasured)"'}
_FILLS = {
    "down": 'class="d"',
    "degraded": 'class="g"',
    "maintenance": 'fill="url(#hatched)"',
    "unknown": 'fill="url(#unmeasured)"',
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Bars oldest first, rows newest first."""

    bars: Markup
    rows: Markup


@dataclass(frozen=True, slots=True)
class _Kept:
    days: tuple[DayView, ...]
    bars: str
    rows: str


class Days:
    """Draws in one language. Fifty components have 4,500 days, and only the last ones change."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._kept: dict[str, _Kept] = {}
        # Of many components most days are alike.
        self._same_row = lru_cache(maxsize=4096)(self._row)

    def draw(self, component: str, days: tuple[DayView, ...]) -> Drawn:
        """The bars and rows of these days; the component is only the key of what is kept."""
        over = days[:-1]
        kept = self._kept.get(component)
        if kept is None or kept.days != over:
            bars = "".join(_bar(day, index, len(days)) for index, day in enumerate(over))
            kept = _Kept(over, bars, "".join(self._same_row(day) for day in reversed(over)))
            self._kept[component] = kept
        last = "".join(_bar(day, len(over), len(days)) for day in days[-1:])
        first = "".join(self._row(day) for day in days[-1:])
        # Numbers and words of this package only: nothing in them needs escaping.
        return Drawn(Markup(kept.bars + last), Markup(first + kept.rows))  # noqa: S704

    def anchored(self, days: tuple[DayView, ...]) -> Markup:
        """The rows, newest first, each of them a place to lead to."""
        return Markup("".join(self._row(day, anchor=True) for day in reversed(days)))  # noqa: S704 - as in `draw`

    def _row(self, day: DayView, *, anchor: bool = False) -> str:
        title = format_date(day.day, "EEE d MMM", locale=self._language.locale)
        if not day.total_seconds:
            cells = [self._language.say("Not measured"), *"––––"]
        else:
            cells = [self._share(day), *(self._length(seconds) for seconds in _lengths(day))]
        begin = f'<tr id="{day_place(day.day)}">' if anchor else "<tr>"
        return f'{begin}<th scope="row">{title}<td>' + "<td>".join(cells)

    def _share(self, day: DayView) -> str:
        if day.availability is None:
            return self._language.say("No data")
        return f"{percent(day.availability, self._language.wording)} %"

    def _length(self, seconds: int) -> str:
        return used_time(seconds, self._language.wording, detail=True)


def day_place(day: date) -> str:
    """The id of a day's row on its component's page."""
    return f"d-{day.isoformat()}"


def _lengths(day: DayView) -> tuple[int, ...]:
    return day.down_seconds, day.degraded_seconds, day.maintenance_seconds, day.unknown_seconds


@lru_cache(maxsize=4096)
def _bar(day: DayView, index: int, count: int) -> str:
    bar = bar_of(day)
    place = f'x="{bar_left(index, count)}%" width="{bar_width(count)}%"'
    ground = f'<rect {place} height="{BAR_HEIGHT}" rx="2" {_GROUNDS[bar.ground]}/>'
    return ground + "".join(
        f'<rect {place} y="{fill.top:g}" height="{fill.height:g}" rx="1.5" {_FILLS[fill.kind]}/>' for fill in bar.fills
    )
