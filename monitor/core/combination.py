"""One timeline out of several: which seconds of a window are in scope, excluded, down, unknown, degraded.

At each instant, over the services in scope and not excluded then: down if any is, else unknown, else
degraded, else up; excluded when none is left of those in scope. One service alone is the plain case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    scopes = [intersect([window], [_in_service(each, window)]) for each in services]
    counted = [subtract(scope, each.excluded) for scope, each in zip(scopes, services, strict=True)]
    seen = [_by_state(each.spans) for each in services]
    down = _anywhere(counted, [states[State.DOWN] for states in seen])
    measured = [union(_measured(states)) for states in seen]
    unknown = union(second for mine, known in zip(counted, measured, strict=True) for second in subtract(mine, known))
    degraded = _anywhere(counted, [states[State.DEGRADED] for states in seen])
    scope, active = union(_all(scopes)), union(_all(counted))
    worse = union((*down, *unknown))
    counting_down = subtract(down, _short_runs(_all(states[State.DOWN] for states in seen), min_outage))
    unknown, degraded = subtract(unknown, down), subtract(degraded, worse)
    return Combination(
        window=_hull(services, window),
        scope=scope,
        excluded=subtract(scope, active),
        unknown=unknown,
        down=counting_down,
        degraded=degraded,
        up=subtract(active, (*counting_down, *unknown, *degraded)),
    )


def refuse_overlap(spans: Iterable[Span]) -> None:
    """Raises ValueError naming the first two spans that share a second."""
    ordered = sorted((each for each in spans if each.start < each.end), key=lambda span: span.start)
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise ValueError(f"spans overlap: {_name(earlier)} and {_name(later)}")


def _by_state(spans: Sequence[Span]) -> dict[State, Intervals]:
    refuse_overlap(spans)
    return {state: union(Interval(span.start, span.end) for span in spans if span.state is state) for state in State}


def _measured(states: dict[State, Intervals]) -> Iterable[Interval]:
    return (each for state, intervals in states.items() if state is not State.UNKNOWN for each in intervals)


def _anywhere(counted: Sequence[Intervals], states: Sequence[Intervals]) -> Intervals:
    pairs = zip(counted, states, strict=True)
    return union(each for mine, state in pairs for each in intersect(mine, state))


def _short_runs(down: Iterable[Interval], min_outage: Seconds) -> Intervals:
    return tuple(run for run in union(down) if run.length < min_outage)


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


def _all(sets: Iterable[Intervals]) -> Iterable[Interval]:
    return (each for intervals in sets for each in intervals)


def _name(span: Span) -> str:
    return f"{span.state} [{span.start}, {span.end})"
