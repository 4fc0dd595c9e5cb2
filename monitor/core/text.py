"""The one place that words numbers, durations and percentages, and reads them back.

Display cuts off and never flatters: percentages are truncated, time used rounds up, time allowed or left
rounds down, and a zero is shown only for zero. Texts for machines (`decimal`, `ratio`) know no language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from monitor.core.model import Milliseconds, Seconds

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d)")
_PERCENTAGE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?%?")
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30}|/(?P<below>\d{1,30}))?", re.ASCII)
_RECURRING_PLACES = 6


@dataclass(frozen=True, slots=True)
class Wording:
    """How a language writes numbers: its decimal mark, its thousands separator, its words for units."""

    mark: str
    separator: str
    day: str
    hour: str
    minute: str
    second: str
    millisecond: str


ENGLISH = Wording(mark=".", separator=",", day="d", hour="h", minute="min", second="s", millisecond="ms")

WORDINGS: Mapping[str, Wording] = {
    "en": ENGLISH,
    "id": Wording(mark=",", separator=".", day="hari", hour="jam", minute="menit", second="dtk", millisecond="ms"),
}
"""By language; one that is missing reads as English."""


def parse_duration(text: str) -> timedelta:
    """`800ms`, `30s`, `5m`, `1h`, `7d` as a timedelta. Raises ValueError saying how to write one."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write a whole number and a unit: 800ms, 30s, 5m, 1h, 7d")
    return timedelta(milliseconds=int(match[1]) * _UNITS[match[2]])


def format_duration(length: timedelta) -> str:
    """The shortest form that `parse_duration` reads back."""
    milliseconds = length // timedelta(milliseconds=1)
    for unit in ("d", "h", "m", "s"):
        if milliseconds and milliseconds % _UNITS[unit] == 0:
            return f"{milliseconds // _UNITS[unit]}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0s"


def parse_percentage(text: str) -> Fraction:
    """`99.9%` (the sign may be left out) as 999/1000, exactly. Raises ValueError saying how to write one."""
    match = _PERCENTAGE.fullmatch(text.strip())
    if match is None or Fraction(match[1]) > 100:
        raise ValueError(f"{text!r} is not a percentage; write a number from 0 to 100: 99.9%")
    return Fraction(match[1]) / 100


def percent(value: Fraction, language: str | Wording = "en") -> str:
    """A share as a percentage without its sign, cut off after four decimals: 99.8999, never 99.90."""
    return _fixed(floor(value * 10**6), 4, _wording(language))


def target_percent(value: Fraction, language: str | Wording = "en") -> str:
    """A share that somebody wrote (a target, a credit) as they wrote it, without its sign: 99.9."""
    return decimal(value * 100).replace(".", _wording(language).mark)


def number(value: int, language: str | Wording = "en") -> str:
    """A whole number with its thousands set apart: 2,592,000."""
    return f"{value:,}".replace(",", _wording(language).separator)


def exactly(value: Fraction | int, language: str | Wording = "en") -> str:
    """An exact number for people: `3,780`, `3,780.5`, `0.3`. One that never ends is cut off as by `decimal`."""
    whole, _, decimals = decimal(value).partition(".")
    return number(int(whole), language) + (_wording(language).mark + decimals if decimals else "")


def money(amount: Decimal, currency: str, language: str | Wording = "en") -> str:
    """An amount with the decimals it has, thousands set apart: `1,250.00 USD`."""
    whole, _, decimals = f"{amount:,f}".partition(".")
    words = _wording(language)
    return f"{whole.replace(',', words.separator)}{words.mark + decimals if decimals else ''} {currency}"


def used_time(seconds: Fraction | Seconds, language: str | Wording = "en", *, detail: bool = False) -> str:
    """Time that was used up, rounded up to minutes: `1 min`, `3 h 36 min`, `0` for zero alone.

    With `detail` anything under an hour keeps its seconds.
    """
    if seconds < 0:
        return "−" + left_time(-seconds, language, detail=detail)
    whole = ceil(seconds)
    if not (detail and whole < 3600):
        whole = ceil(Fraction(seconds) / 60) * 60
    return _spell(whole, _wording(language))


def left_time(seconds: Fraction | Seconds, language: str | Wording = "en", *, detail: bool = False) -> str:
    """Time that is allowed or left, rounded down to minutes; `0` for zero alone, with a minus sign below it.

    Less than a minute is given in seconds even without `detail`: rounded down it would read as nothing.
    """
    if seconds < 0:
        return "−" + used_time(-seconds, language, detail=detail)
    words, whole = _wording(language), floor(seconds)
    if seconds and not whole:
        return f"< 1 {words.second}"
    if whole >= 60 and not (detail and whole < 3600):
        whole -= whole % 60
    return _spell(whole, words)


def used_seconds(seconds: Fraction | Seconds, language: str | Wording = "en") -> str:
    """Seconds that were used up, rounded up: `3,600 s`, `0 s`."""
    return f"{number(ceil(seconds), language)} {_wording(language).second}"


def left_seconds(seconds: Fraction | Seconds, language: str | Wording = "en") -> str:
    """Seconds that are allowed or left, rounded down: `2,592 s`."""
    return f"{number(floor(seconds), language)} {_wording(language).second}"


def latency(milliseconds: Milliseconds, language: str | Wording = "en") -> str:
    """`182 ms`; from a second on in seconds with one decimal, rounded half up: `4.1 s`."""
    words = _wording(language)
    if milliseconds < 1000:
        return f"{milliseconds} {words.millisecond}"
    return f"{_fixed((milliseconds + 50) // 100, 1, words)} {words.second}"


def decimal(value: Fraction | int) -> str:
    """The exact decimal, without trailing zeros: `25.9199`, `0.5`, `5`.

    A share that never ends (a third) is rounded down after six decimals.
    """
    exact = Fraction(value)
    places = next((n for n in range(40) if (exact * 10**n).denominator == 1), _RECURRING_PLACES)
    text = _fixed(floor(exact * 10**places), places, ENGLISH)
    return text.rstrip("0").rstrip(".") if places else text


def ratio(value: Fraction) -> str:
    """The reduced fraction, always with its denominator: `1079/1080`, `1/1`."""
    return f"{value.numerator}/{value.denominator}"


def exact(value: object) -> Fraction:
    """A number as somebody wrote it (`"99.9"`, `"3/10"`, 5, 2.5), exactly.

    A float is taken as it is written, not as the binary fraction nearest to it.
    Raises ValueError for anything else, powers of ten among them.
    """
    written = "" if isinstance(value, bool) else str(value)
    match = _NUMBER.fullmatch(written)
    if match is None or (match["below"] and not int(match["below"])):
        raise ValueError(f'{value!r} is not a number; write one like "99.9" or "3/10"')
    return Fraction(written)


def _wording(language: str | Wording) -> Wording:
    return language if isinstance(language, Wording) else WORDINGS.get(language, ENGLISH)


def _fixed(scaled: int, places: int, words: Wording) -> str:
    sign, digits = "-" if scaled < 0 else "", f"{abs(scaled):0{places + 1}d}"
    return sign + digits[: len(digits) - places] + (words.mark + digits[-places:] if places else "")


def _spell(seconds: Seconds, words: Wording) -> str:
    parts = (
        (seconds // 86_400, words.day),
        (seconds // 3600 % 24, words.hour),
        (seconds // 60 % 60, words.minute),
        (seconds % 60, words.second),
    )
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0"
