"""A day that is all of one state is made once for all components; it is the day that it would have been."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.availability import measure
from monitor.core.model import Interval, Span, State
from monitor.reader.day_views import measured_day

DAY = date(2026, 11, 1)
instants = st.integers(0, 30)


@st.composite
def timelines(draw: st.DrawFn) -> list[Span]:
    """Spans in order, with holes between some of them."""
    borders = sorted(draw(st.sets(instants, max_size=6)))
    pieces = [Span(draw(st.sampled_from(State)), start, end) for start, end in pairwise(borders)]
    return [piece for piece in pieces if draw(st.booleans()) or len(pieces) == 1]


@given(timelines(), instants, instants)
def test_a_day_is_measured_the_same_however_few_its_spans_are(spans: list[Span], one: int, other: int) -> None:
    scope = Interval(min(one, other), max(one, other))
    made = measured_day(DAY, scope, spans, ())
    figure = measure(spans, scope)
    assert made.figure == figure
    assert (made.view.total_seconds, made.view.up_seconds) == (scope.length, figure.up_seconds)
    assert (made.view.unknown_seconds, made.view.down_seconds) == (figure.unknown_seconds, figure.down_seconds)
    assert (made.view.availability, made.view.maintenance_seconds) == (figure.availability, 0)


def test_days_of_one_state_are_kept_once() -> None:
    first, second = (measured_day(DAY, Interval(10, 20), [Span(State.UP, start, 30)], ()) for start in (5, 7))
    assert first is second
    assert first.view.up_seconds == 10
