"""Response times as numbers for SVG: lines, a scale that people can read, and what stands below it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.model import Milliseconds
from monitor.core.text import latency
from monitor.reader.response_times import Period, ResponsePoint, ResponseTimesView
from statuspage.language import N_, Language
from statuspage.moments import Moments

WIDTH, HEIGHT = 600, 120
_STEPS = (1, 2, 5)
_DAY = 86_400
_MOST_LINES = 3
_TITLES = {
    Period.DAY: N_("Last 24 hours"),
    Period.WEEK: N_("Last 7 days"),
    Period.QUARTER: N_("Last 90 days"),
}
_APART = {Period.DAY: 6 * 3600, Period.WEEK: _DAY, Period.QUARTER: 15 * _DAY}
"""How far the words below a drawing are apart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word beside the drawing: `at` is per cent of its width, or pixels from its top."""

    at: str
    text: str
    spare: bool = False  # goes first where there is little room


@dataclass(frozen=True, slots=True)
class Reading:
    """One step as a row of the table."""

    when: str
    p50: str
    p95: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One stretch of time. `summary` says in words what the lines show; no line where nothing was measured."""

    id: str
    title: str
    summary: str
    p50: tuple[str, ...]
    p95: tuple[str, ...]
    area: tuple[str, ...]
    heights: tuple[Mark, ...]
    times: tuple[Mark, ...]
    readings: tuple[Reading, ...]  # newest first


def chart_of(view: ResponseTimesView, language: Language, moments: Moments) -> Chart:
    """A stretch of response times, drawn."""
    known = [(point.p50_ms, point.p95_ms) for point in view.points if point.p50_ms is not None]
    highest = [high for _, high in known if high is not None]
    step, top = scale(max(highest, default=1))
    runs = list(_runs(view.points, top))
    return Chart(
        id=f"response-{view.period}",
        title=language.say(_TITLES[view.period]),
        summary=_summary(highest, language),
        p50=tuple(_line([(x, low) for x, low, _ in run]) for run in runs),
        p95=tuple(_line([(x, high) for x, _, high in run]) for run in runs),
        area=tuple(_area(run) for run in runs if len(run) > 1),
        heights=tuple(
            Mark(f"{HEIGHT * (top - value) / top:.0f}", latency(value, language.wording))
            for value in range(step, top + 1, step)
        ),
        times=tuple(_times(view, moments)),
        readings=tuple(_readings(view, language, moments)),
    )


def scale(most: Milliseconds) -> tuple[Milliseconds, Milliseconds]:
    """The distance between lines and the uppermost one: round numbers, three lines at most."""
    power = 1
    while True:
        for step in _STEPS:
            lines = -(-most // (step * power))
            if lines <= _MOST_LINES:
                return step * power, step * power * lines
        power *= 10


def _runs(points: Sequence[ResponsePoint], top: Milliseconds) -> Iterator[list[tuple[float, float, float]]]:
    """Unbroken runs of steps: where each is, and the heights of its two values."""
    run: list[tuple[float, float, float]] = []
    for number, point in enumerate(points):
        if point.p50_ms is not None and point.p95_ms is not None:
            x = WIDTH * number / max(len(points) - 1, 1)
            run.append((x, HEIGHT - HEIGHT * point.p50_ms / top, HEIGHT - HEIGHT * point.p95_ms / top))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(points: list[tuple[float, float]]) -> str:
    # One point alone is drawn as a line to itself: its round ends are a dot.
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (points if len(points) > 1 else points * 2))


def _area(run: list[tuple[float, float, float]]) -> str:
    above = [(x, high) for x, _, high in run]
    return _line([*above, (above[-1][0], HEIGHT), (above[0][0], HEIGHT)])


def _summary(highest: Sequence[Milliseconds], language: Language) -> str:
    if not highest:
        return language.say("No data yet")
    return language.say(
        "p95 between %(lowest)s and %(highest)s.",
        lowest=latency(min(highest), language.wording),
        highest=latency(max(highest), language.wording),
    )


def _times(view: ResponseTimesView, moments: Moments) -> Iterator[Mark]:
    """Below whole hours of a day, else below midnights; where the words have room."""
    start, apart = view.points[0].start, _APART[view.period]
    length = view.points[-1].end - start
    for number, at in enumerate(range(start + apart // 2, start + length, apart)):
        late = moments.seconds_into_day(at)
        begin = at - (late % 3600 if view.period is Period.DAY else late)
        share = 100 * (begin - start) / length
        if 4 <= share <= 96:
            words = moments.clock(begin) if view.period is Period.DAY else moments.day_and_month(begin)
            yield Mark(f"{share:.1f}", words, spare=view.period is not Period.DAY and number % 2 == 1)


def _readings(view: ResponseTimesView, language: Language, moments: Moments) -> Iterator[Reading]:
    for point in reversed(view.points):
        whole = point.end - point.start >= _DAY
        when = moments.day_and_month(point.start) if whole else moments.day_and_clock(point.start)
        times = (point.p50_ms, point.p95_ms)
        yield Reading(when, *("–" if time is None else latency(time, language.wording) for time in times))
