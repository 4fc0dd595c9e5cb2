"""Small timelines for properties: seconds 0 to 60, any states, holes, exclusions in any order."""

from itertools import pairwise

from hypothesis import strategies as st

from monitor.core.combination import Service
from monitor.core.model import Interval, Span, State

LENGTH = 60

instants = st.integers(0, LENGTH)
intervals = st.tuples(instants, instants).map(lambda pair: Interval(min(pair), max(pair)))


@st.composite
def timelines(draw: st.DrawFn) -> list[Span]:
    """Spans that do not overlap, with holes, in any order."""
    cuts = sorted(draw(st.sets(instants, max_size=8)))
    pairs = pairwise(cuts)
    states = [draw(st.sampled_from([*State, None])) for _ in cuts]
    spans = [Span(state, *pair) for pair, state in zip(pairs, states, strict=False) if state is not None]
    return draw(st.permutations(spans))


services = st.builds(
    Service,
    spans=timelines(),
    excluded=st.lists(intervals, max_size=2),
    since=st.none() | instants,
    until=st.none() | instants,
)
