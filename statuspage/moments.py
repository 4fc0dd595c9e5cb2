"""Instants and days in words: a language, a zone, and the day that is today."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from monitor.core.calendar import day_bounds, day_of, format_instant
from monitor.core.model import Seconds
from statuspage.language import Language


@dataclass(frozen=True, slots=True)
class Stamp:
    """An instant for a `<time>`: machine-readable, in words, and in words that stand alone."""

    iso: str
    text: str
    full: str


@dataclass(frozen=True, slots=True)
class Moments:
    """Words instants as seen from `now`: today's need no date."""

    language: Language
    zone: ZoneInfo
    now: Seconds

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def day_of(self, instant: Seconds) -> date:
        """The day that holds it in the zone."""
        return day_of(instant, self.zone)

    def clock(self, instant: Seconds, *, seconds: bool = False) -> str:
        """`09:12`, or `09:50:37`, as the language writes it."""
        pattern = self.language.locale.datetime_skeletons["Hms" if seconds else "Hm"].pattern
        return self._datetime(instant, pattern)

    def day_and_month(self, instant: Seconds) -> str:
        """`23 Nov`."""
        return self._datetime(instant, "d MMM")

    def day_and_clock(self, instant: Seconds) -> str:
        """`23 Nov, 09:00`."""
        return f"{self.day_and_month(instant)}, {self.clock(instant)}"

    def seconds_into_day(self, instant: Seconds) -> Seconds:
        """Since the day's first instant in the zone."""
        return instant - day_bounds(day_of(instant, self.zone), self.zone).start

    def abbreviation(self, instant: Seconds) -> str:
        """`WIB`; `UTC+8` where the zone has no letters."""
        name = self._local(instant).tzname() or "UTC"
        return name if name.isalpha() else self.offset(instant)

    def offset(self, instant: Seconds) -> str:
        """`UTC+7`, `UTC−3:30`, `UTC`."""
        minutes = (self._local(instant).utcoffset() or timedelta()) // timedelta(minutes=1)
        hours, rest = divmod(abs(minutes), 60)
        sign = "+" if minutes > 0 else "−"
        return "UTC" + (f"{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "")

    def zone_note(self) -> str:
        """`WIB (UTC+7)`."""
        short, offset = self.abbreviation(self.now), self.offset(self.now)
        return short if short == offset else f"{short} ({offset})"

    def since(self, instant: Seconds) -> Stamp:
        """`since 09:12 WIB`; with the day when that was not today."""
        text = self.language.say("since %(moment)s", moment=self._moment(instant))
        return Stamp(format_instant(instant), text, self.full(instant))

    def until(self, instant: Seconds) -> str:
        """`09:12 WIB`; with the day when that is not today."""
        return self._moment(instant)

    def at(self, instant: Seconds) -> Stamp:
        """`at 09:50:37 WIB`; with the day when that was not today."""
        clock = f"{self.clock(instant, seconds=True)} {self.abbreviation(instant)}"
        if self._is_today(instant):
            text = self.language.say("at %(time)s", time=clock)
        else:
            text = self.language.say("on %(day)s at %(time)s", day=self._short_day(instant), time=clock)
        return Stamp(format_instant(instant), text, self.full(instant))

    def short(self, instant: Seconds) -> Stamp:
        """`09:41`; with the day when that was not today."""
        clock = self.clock(instant)
        text = clock if self._is_today(instant) else f"{self._short_day(instant)}, {clock}"
        return Stamp(format_instant(instant), text, self.full(instant))

    def on(self, instant: Seconds) -> Stamp:
        """`Wed 18 Nov, 10:00 WIB`, always with its day."""
        text = f"{self._short_day(instant)}, {self.clock(instant)} {self.abbreviation(instant)}"
        return Stamp(format_instant(instant), text, self.full(instant))

    def full(self, instant: Seconds) -> str:
        """`Monday 23 November 2026, 09:50:37 WIB`."""
        day = self._datetime(instant, "EEEE d MMMM y")
        return f"{day}, {self.clock(instant, seconds=True)} {self.abbreviation(instant)}"

    def window(self, start: Seconds, end: Seconds) -> str:
        """`Sun 29 Nov, 01:00–03:00 WIB`; the day twice when it ends on another."""
        first, last = f"{self._short_day(start)}, {self.clock(start)}", self.clock(end)
        if self._local(start).date() != self._local(end).date():
            return f"{first} – {self._short_day(end)}, {last} {self.abbreviation(end)}"
        return f"{first}–{last} {self.abbreviation(end)}"

    def hours(self, start: Seconds, end: Seconds, day: date) -> str:
        """`09:12–09:50`; with the day of an edge that lies on another one than `day`."""
        edges = (start, end)
        days = [self._local(edge).date() for edge in edges]
        words = [
            self.clock(edge) if held == day else f"{self._short_day(edge)}, {self.clock(edge)}"
            for edge, held in zip(edges, days, strict=True)
        ]
        return ("–" if days == [day, day] else " – ").join(words)

    def day_title(self, day: date) -> str:
        """`Today, 23 November`, else `Wednesday 11 November`."""
        if day == self.today:
            return self.language.say("Today, %(day)s", day=self._date(day, "d MMMM"))
        return self._date(day, "EEEE d MMMM")

    def long_day(self, instant: Seconds) -> str:
        """`31 October 2026`."""
        return self._date(self.day_of(instant), "d MMMM y")

    def run_title(self, newest: date, oldest: date) -> str:
        """`Sunday 22 – Thursday 12 November`: the month once when it is the same."""
        if newest == oldest:
            return self.day_title(newest)
        if newest == self.today:
            return f"{self.day_title(newest)} – {self._date(oldest, 'EEEE d MMMM')}"
        same = newest.month == oldest.month
        return f"{self._date(newest, 'EEEE d' if same else 'EEEE d MMMM')} – {self._date(oldest, 'EEEE d MMMM')}"

    def period(self, start: Seconds, end: Seconds) -> str:
        """`9 Sep 14:02–14:41`; the day twice when it ends on another, seconds only where there are any."""
        first = f"{self._datetime(start, 'd MMM')} {self._exact_clock(start)}"
        last = self._exact_clock(end)
        if self._local(start).date() != self._local(end).date():
            return f"{first} – {self._datetime(end, 'd MMM')} {last}"
        return f"{first}–{last}"

    def month_title(self, month: str) -> str:
        """`November 2026`."""
        return self._date(date.fromisoformat(f"{month}-01"), "LLLL y")

    def month_name(self, month: str) -> str:
        """`November`."""
        return self._date(date.fromisoformat(f"{month}-01"), "LLLL")

    def _moment(self, instant: Seconds) -> str:
        clock = f"{self.clock(instant)} {self.abbreviation(instant)}"
        return clock if self._is_today(instant) else f"{self._short_day(instant)}, {clock}"

    def _exact_clock(self, instant: Seconds) -> str:
        return self.clock(instant, seconds=self._local(instant).second != 0)

    def _is_today(self, instant: Seconds) -> bool:
        return self.day_of(instant) == self.today

    def _short_day(self, instant: Seconds) -> str:
        """With its year where that is not the present one."""
        return self._datetime(instant, "EEE d MMM" if self._local(instant).year == self.today.year else "EEE d MMM y")

    def _local(self, instant: Seconds) -> datetime:
        return datetime.fromtimestamp(instant, self.zone)

    def _datetime(self, instant: Seconds, pattern: str) -> str:
        return format_datetime(self._local(instant), pattern, tzinfo=self.zone, locale=self.language.locale)

    def _date(self, day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=self.language.locale)
