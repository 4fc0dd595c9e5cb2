"""A stored timeline held against one judged again from results: where the two differ, to the second."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from monitor.core.calendar import format_instant
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.text import number
from monitor.core.timeline import bridge, merge

DAY: Seconds = 86_400


@dataclass(frozen=True, slots=True)
class Unequal:
    """A stretch whose stored state is another one than results give; a state that has no span is None."""

    component: str
    start: Seconds
    end: Seconds
    stored: Span | None
    recomputed: Span | None

    @property
    def words(self) -> str:
        """`api: 2026-10-03T04:00:00Z to 2026-10-03T05:00:00Z: stored is up, results give down (3,600 s)`."""
        stretch = f"{format_instant(self.start)} to {format_instant(self.end)}"
        told = f"stored is {state_words(self.stored)}, results give {state_words(self.recomputed)}"
        return f"{self.component}: {stretch}: {told} ({number(self.end - self.start)} s)"


def state_words(span: Span | None) -> str:
    if span is None:
        return "nothing"
    return f"{span.state} (inferred)" if span.inferred else span.state.value


def days(within: Interval) -> Iterator[Interval]:
    """The days (UTC) that a stretch touches, cut to it: no slot lies in two of them."""
    start = within.start
    while start < within.end:
        end = min((start // DAY + 1) * DAY, within.end)
        yield Interval(start, end)
        start = end


def bridged_as(judged: Sequence[Span], stored: Iterable[Span], lengths: Iterable[Seconds]) -> list[Span]:
    """What was judged again, bridged as the stored timeline may be.

    A gap is bridged by the length in force when it was judged, and a change rewrites nothing. So where `lengths` (all
    that ever were) do not agree on a gap, the stored timeline says which one it was; it says nothing else.
    """
    shortest, longest = min(lengths), max(lengths)
    inferred = {span for span in merge(stored) if span.inferred}
    return [
        wide if wide == narrow or wide in inferred else narrow
        for narrow, wide in zip(bridge(judged, shortest), bridge(judged, longest), strict=True)
    ]


def unequal(component: str, stored: Sequence[Span], recomputed: Sequence[Span], within: Interval) -> Iterator[Unequal]:
    """Every stretch of the period in which the two read differently, each as long as both states last.

    Spans are sorted. A second without a span differs from any state; one with two spans counts as the later one.
    """
    edges = {edge for spans in (stored, recomputed) for span in spans for edge in (span.start, span.end)}
    inside = sorted({within.start, within.end, *(edge for edge in edges if within.start < edge < within.end)})
    open_: Unequal | None = None
    for start, end in pairwise(inside):
        one, other = _at(stored, start), _at(recomputed, start)
        if _said(one) == _said(other):
            continue
        if open_ is not None and open_.end == start and _same(open_, one, other):
            open_ = Unequal(component, open_.start, end, one, other)
            continue
        if open_ is not None:
            yield open_
        open_ = Unequal(component, start, end, one, other)
    if open_ is not None:
        yield open_


def _same(before: Unequal, stored: Span | None, recomputed: Span | None) -> bool:
    return (_said(before.stored), _said(before.recomputed)) == (_said(stored), _said(recomputed))


def _at(spans: Sequence[Span], instant: Seconds) -> Span | None:
    index = bisect_right(spans, instant, key=attrgetter("start")) - 1
    return spans[index] if index >= 0 and spans[index].end > instant else None


def _said(span: Span | None) -> tuple[State, bool] | None:
    return None if span is None else (span.state, span.inferred)
