"""One timeline out of several: which seconds of a window are in scope, excluded, down, unknown, degraded.

At each instant, over the services in scope and not excluded then: down if any is, else unknown, else
degraded, else up; excluded when none is left of those in scope. One service alone is the plain case.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter, itemgetter

from monitor.core.interval import Intervals, intersect, subtract, union
from monitor.core.model import Interval, Seconds, Span, State


@dataclass(frozen=True, slots=True)
class Service:
    """What is known of one component: its spans, its accepted exclusions, and since and until when it counts.

    Spans and exclusions may come in any order and reach beyond the service; spans must not overlap.
    """

    spans: Sequence[Span]
    excluded: Sequence[Interval] = ()
    since: Seconds | None = None
    until: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """The seconds of a window, sorted into disjoint sets; the five last ones tile `scope`."""

    window: Interval
    scope: Intervals
    excluded: Intervals
    unknown: Intervals
    down: Intervals
    degraded: Intervals
    up: Intervals


def combine(services: Sequence[Service], window: Interval, *, min_outage: Seconds = 0) -> Combination:
    """The services' seconds inside the window.

    A run of down seconds shorter than `min_outage` counts as up. Runs are those of all services together,
    before they are cut to scope or exclusions. An instant without a span is unknown.
    Raises ValueError naming two spans of one service that overlap, and without any service.
    """
    hull = _hull(services, window)
    down, unknown, degraded, up, excluded, out = _sorted(services, window)
    if short := _short_runs(services, min_outage):
        down, up = subtract(down, short), union((*up, *intersect(down, short)))
    return Combination(hull, subtract([window], out), excluded, unknown, down, degraded, up)


def refuse_overlap(spans: Iterable[Span]) -> list[Span]:
    """The spans in order of time, empty ones left out. Raises ValueError naming the first two that share a second."""
    ordered = sorted([each for each in spans if each.start < each.end], key=attrgetter("start"))
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError(f"spans overlap: {_name(earlier)} and {_name(later)}")
    return ordered


_DOWN, _UNKNOWN, _DEGRADED, _UP, _EXCLUDED, _OUT = range(6)
"""What an instant counts as for a service; for several together, the first of these that it is for one of them."""
_WORDS = {State.DOWN: _DOWN, State.UNKNOWN: _UNKNOWN, State.DEGRADED: _DEGRADED, State.UP: _UP}
_STATE, _TAKEN, _SERVING = range(3)
"""What can change of a service: its state, whether an exclusion takes it out, whether it is in service."""


def _sorted(services: Sequence[Service], window: Interval) -> list[Intervals]:
    """The window's seconds by what they count as, in one walk over the instants at which anything changes."""
    found: list[list[Interval]] = [[] for _ in range(6)]
    seen, words = [[_UNKNOWN, False, False] for _ in services], [_OUT for _ in services]
    changes = [change for no, each in enumerate(services) for change in _changes(no, each, window)]
    start, end, word = window.start, window.end, _OUT
    for at, no, what, value in sorted(changes, key=itemgetter(0)):
        if at >= end:
            break
        seen[no][what] = value
        words[no] = _word(*seen[no])
        together = min(words)
        if together == word:
            continue
        if at > start:
            found[word].append(Interval(start, at))
            start = at
        word = together
    found[word].append(Interval(start, end))
    return [union(each) for each in found]


def _word(state: int, taken: int, serving: int) -> int:
    if not serving:
        return _OUT
    return _EXCLUDED if taken else state


def _changes(no: int, service: Service, window: Interval) -> Iterator[tuple[Seconds, int, int, int]]:
    """When something of a service changes, its number, what it is, and its value from then on."""
    end = window.start
    for span in refuse_overlap(service.spans):
        if span.start > end:
            yield end, no, _STATE, _UNKNOWN
        yield span.start, no, _STATE, _WORDS[span.state]
        end = span.end
    yield end, no, _STATE, _UNKNOWN
    for piece in union(service.excluded):
        yield piece.start, no, _TAKEN, True
        yield piece.end, no, _TAKEN, False
    term = _in_service(service, window)
    if term.start < term.end:
        yield term.start, no, _SERVING, True
        yield term.end, no, _SERVING, False


def _short_runs(services: Sequence[Service], min_outage: Seconds) -> Intervals:
    if not min_outage:
        return ()
    down = (span for each in services for span in each.spans if span.state is State.DOWN)
    return tuple(run for run in union(Interval(each.start, each.end) for each in down) if run.length < min_outage)


def _in_service(service: Service, window: Interval) -> Interval:
    since = window.start if service.since is None else service.since
    return Interval(since, window.end if service.until is None else service.until)


def _hull(services: Sequence[Service], window: Interval) -> Interval:
    """From the first begin of a service to the last end, inside the window; empty rather than negative."""
    if not services:
        raise ValueError("nothing to measure: give at least one service")
    reaches = [_in_service(each, window) for each in services]
    start = max(window.start, min(reach.start for reach in reaches))
    return Interval(start, max(start, min(window.end, max(reach.end for reach in reaches))))


def _name(span: Span) -> str:
    return f"{span.state} [{span.start}, {span.end})"
