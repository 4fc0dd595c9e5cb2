"""A component's day: its figure and what the page shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.core.availability import Figure, measure
from monitor.core.interval import intersect, seconds_in
from monitor.core.model import Interval, Seconds, Span, State
from monitor.reader.accounts import Window, accepted
from monitor.reader.views import DayView


@dataclass(frozen=True, slots=True)
class Day:
    figure: Figure
    view: DayView


def measured_day(day: date, scope: Interval, spans: Sequence[Span], windows: Sequence[Window]) -> Day:
    """The part of a day that lies in the scope; spans and windows may reach beyond it."""
    inside = [span for span in spans if span.end > scope.start and span.start < scope.end]
    state = None if windows else _only_state(inside, scope)
    if state is not None:
        return _even(day, scope, state)
    maintenance = seconds_in(intersect([scope], [window.notice.counted for window in windows]))
    return _made(day, measure(inside, scope, accepted(windows)), maintenance)


def _only_state(inside: Sequence[Span], scope: Interval) -> State | None:
    """The state of the whole scope, of which `inside` are the spans; None where it changes."""
    if not inside:
        return State.UNKNOWN
    whole = len(inside) == 1 and inside[0].start <= scope.start and scope.end <= inside[0].end
    return inside[0].state if whole else None


@lru_cache(maxsize=4096)
def _even(day: date, scope: Interval, state: State) -> Day:
    """A day of one state without a window: most days of most components are one of few, and measured and kept once."""
    return _made(day, measure([Span(state, scope.start, scope.end)], scope), 0)


def _made(day: date, figure: Figure, maintenance: Seconds) -> Day:
    view = DayView(
        day=day,
        total_seconds=figure.total_seconds,
        up_seconds=figure.up_seconds,
        degraded_seconds=figure.degraded_seconds,
        down_seconds=figure.down_seconds,
        unknown_seconds=figure.unknown_seconds,
        excluded_seconds=figure.excluded_seconds,
        maintenance_seconds=maintenance,
        availability=figure.availability,
    )
    return Day(figure, view)
