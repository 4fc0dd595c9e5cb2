"""Bars, meters and sparklines as numbers for SVG. Widths are per cent of the drawing, heights are pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from monitor.core.model import Milliseconds, Seconds
from monitor.reader.views import DayView

BAR_HEIGHT = 34
LEAST_FILL = 5
"""Pixels that even one lost second gets: small is not nothing."""
RED_FROM: Seconds = 600

SPARK_WIDTH = 120
SPARK_HEIGHT = 24
_BAR_WIDTH = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class Fill:
    """A part of a bar, counted from its foot: `down`, `degraded`, `maintenance` or `unknown`."""

    kind: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: the kind of its ground (`up` or `unknown`) and what is filled in from below."""

    ground: str
    fills: tuple[Fill, ...]


def bar_of(day: DayView) -> Bar:
    """The share of the day lost (red from ten minutes down, else amber); maintenance on it; then unmeasured."""
    if day.total_seconds == 0 or day.unknown_seconds == day.total_seconds:
        return Bar("unknown", ())
    lost = "down" if day.down_seconds >= RED_FROM else "degraded"
    parts = (
        (lost, day.down_seconds + day.degraded_seconds),
        ("maintenance", day.maintenance_seconds),
        ("unknown", day.unknown_seconds),
    )
    fills, foot = [], float(BAR_HEIGHT)
    for kind, part in parts:
        if part and foot:
            height = min(foot, max(LEAST_FILL, round(BAR_HEIGHT * part / day.total_seconds, 1)))
            foot = round(foot - height, 1)
            fills.append(Fill(kind, foot, height))
    return Bar("up", tuple(fills))


def bar_width(count: int) -> str:
    """The width of each of `count` bars, in per cent."""
    return f"{float(_BAR_WIDTH * 90 / max(count, 1)):.2f}"


def bar_left(index: int, count: int) -> str:
    """Where a bar begins, in per cent: the first at the left edge, the last flush with the right one."""
    if count < 2:
        return "0"
    return f"{float((100 - _BAR_WIDTH * 90 / count) * index / (count - 1)):.2f}"


def meter_share(used: Fraction, budget: Fraction) -> str:
    """How full the allowance's meter is, in per cent; anything used can be seen, and it never runs over."""
    if used <= 0:
        return "0"
    full = used / budget if budget > 0 else Fraction(1)
    return f"{float(min(Fraction(100), max(Fraction(2), full * 100))):.1f}"


def spark_lines(values: Sequence[Milliseconds | None]) -> list[str]:
    """The points of a polyline for every unbroken run of hours; steadiness looks flat, a spike high."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low = min(known)
    span = max(max(known) - low, low // 2, 1)
    lines: list[list[str]] = [[]]
    for hour, value in enumerate(values):
        if value is None:
            lines.append([])
            continue
        x = hour * SPARK_WIDTH / max(len(values) - 1, 1)
        y = SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 4) * (value - low) / span
        lines[-1].append(f"{x:.1f},{y:.1f}")
    return [" ".join(points if len(points) > 1 else points * 2) for points in lines if points]
