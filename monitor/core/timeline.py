"""From verdicts to a component's timeline: spans that tile `[since, watermark)` without holes.

Everything here is a function of the set of results and the terms in force, never of the order they came in.
Bridging is the last step; `unbridge` undoes it, so that a stored timeline can be judged again in part.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from monitor.core.interval import intersect, subtract, union
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.schedule import slot_of
from monitor.core.vote import Mode, vote

LOCAL_GRACE: Seconds = 5
"""How long after a slot's end a result may still come before the slot is settled without it."""

AGENT_GRACE: Seconds = 15
"""The same for a check that an agent probes, too: its results travel."""

Report: TypeAlias = tuple[State, str]
"""What a location reported in a slot: the outcome and the digest of the definition it probed by."""

Reports: TypeAlias = Mapping[Seconds, Mapping[str, Report]]
"""Reports of one check by slot and location."""

Corrections: TypeAlias = Mapping[str, Sequence[Interval]]
"""By check: the time in which our own measurement of it was wrong."""

_NOTHING: Corrections = {}


@dataclass(frozen=True, slots=True)
class Terms:
    """What judges a check in the slots that start in `[start, end)`; `end` None: until further notice."""

    check: str
    start: Seconds
    end: Seconds | None
    every: Seconds
    locations: tuple[str, ...]
    mode: Mode
    critical: bool
    definition: str

    def covers(self, instant: Seconds) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


def verdict(terms: Terms, reports: Mapping[str, Report]) -> State:
    """The verdict of one slot: reports of other locations or of another definition do not count."""
    return vote(
        (
            state
            for location, (state, definition) in reports.items()
            if definition == terms.definition and location in terms.locations
        ),
        len(terms.locations),
        terms.mode,
    )


def verdicts(terms: Terms, reports: Reports, start: Seconds, end: Seconds) -> list[Span]:
    """The check's verdicts over `[start, end)` cut to its terms; slots without a report are unknown."""
    start = max(start, terms.start)
    end = end if terms.end is None else min(end, terms.end)
    if start >= end:
        return []
    spans: list[Span] = []
    # Slots that were seen alike may share one mapping: each is voted on once. Months are judged through this loop.
    voted: dict[int, State] = {}
    state, since, at, every = State.UNKNOWN, start, start, terms.every
    for slot in sorted(slot for slot in reports if slot + every > start and slot < end):
        if slot % every:
            continue  # probed on another grid: evidence, not a report
        if slot > at and state is not State.UNKNOWN:
            spans.append(Span(state, since, at))
            state, since = State.UNKNOWN, at
        seen = reports[slot]
        found = voted.get(id(seen))
        if found is None:
            found = voted[id(seen)] = verdict(terms, seen)
        if found is not state:
            if slot > since:
                spans.append(Span(state, since, slot))
            state, since = found, max(slot, start)
        at = slot + every
    if at < end and state is not State.UNKNOWN:
        spans.append(Span(state, since, at))
        state, since = State.UNKNOWN, at
    spans.append(Span(state, since, end))
    return spans


def combine(critical: Sequence[Sequence[Span]], other: Sequence[Sequence[Span]]) -> list[Span]:
    """A component's states from its checks' verdicts, over the time in which any check is in force.

    Down if any critical check is, else unknown if any critical check is, else degraded if a critical check is
    degraded or another one is down or degraded, else up.
    """
    if len(critical) == 1 and not any(other):
        return list(critical[0])
    layers = [(spans, True) for spans in critical] + [(spans, False) for spans in other]
    borders = sorted({border for spans, _ in layers for span in spans for border in (span.start, span.end)})
    cursors = [0] * len(layers)
    combined: list[Span] = []
    for start, end in pairwise(borders):
        now: tuple[list[State], list[State]] = ([], [])
        for index, (spans, is_critical) in enumerate(layers):
            while cursors[index] < len(spans) and spans[cursors[index]].end <= start:
                cursors[index] += 1
            if cursors[index] < len(spans) and spans[cursors[index]].start <= start:
                now[not is_critical].append(spans[cursors[index]].state)
        if now[0] or now[1]:
            combined.append(Span(component_state(*now), start, end))
    return merge(combined)


def component_state(critical: Sequence[State], other: Sequence[State]) -> State:
    """From the states of its checks at one instant."""
    if State.DOWN in critical:
        return State.DOWN
    if State.UNKNOWN in critical or not critical:
        return State.UNKNOWN
    if State.DEGRADED in critical or State.DOWN in other or State.DEGRADED in other:
        return State.DEGRADED
    return State.UP


def judge(
    terms: Iterable[Terms],
    reports: Mapping[str, Reports],
    start: Seconds,
    end: Seconds,
    corrections: Corrections = _NOTHING,
) -> list[Span]:
    """The component's states over exactly `[start, end)`, before bridging; unknown where nothing is in force.

    A correction makes its check unknown for exactly its seconds, inside slots too: a verdict that holds for the rest
    of a slot stays.
    """
    critical: list[list[Span]] = []
    other: list[list[Span]] = []
    for term in terms:
        spans = verdicts(term, reports.get(term.check, {}), start, end)
        if term.check in corrections:
            spans = overlay_unknown(spans, corrections[term.check])
        if spans:
            (critical if term.critical else other).append(spans)
    return fill(combine(critical, other), start, end)


def fill(spans: Sequence[Span], start: Seconds, end: Seconds) -> list[Span]:
    """The spans cut to `[start, end)` with every hole made unknown."""
    filled: list[Span] = []
    at = start
    for span in spans:
        left, right = max(span.start, start), min(span.end, end)
        if left >= right:
            continue
        if left > at:
            filled.append(Span(State.UNKNOWN, at, left))
        filled.append(Span(span.state, left, right, span.inferred))
        at = right
    if at < end:
        filled.append(Span(State.UNKNOWN, at, end))
    return merge(filled)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Adjoining spans of equal state and mark made one."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and (last.end, last.state, last.inferred) == (span.start, span.state, span.inferred):
            merged[-1] = Span(span.state, last.start, span.end, span.inferred)
        else:
            merged.append(span)
    return merged


def overlay_unknown(spans: Sequence[Span], intervals: Iterable[Interval]) -> list[Span]:
    """The spans, sorted, with what lies in the intervals made unknown; nothing else changes.

    Time without a span stays so: it counts as unknown anyhow. Comes after bridging, and is never bridged itself:
    a gap that was bridged beside it stays inferred downtime unless the intervals hold it too.
    """
    holes, pieces = union(intervals), list[Span]()
    for span in spans:
        inside = [hole for hole in holes if hole.start < span.end and hole.end > span.start]
        whole = [Interval(span.start, span.end)]
        pieces += [Span(span.state, kept.start, kept.end, span.inferred) for kept in subtract(whole, inside)]
        pieces += [Span(State.UNKNOWN, gone.start, gone.end) for gone in intersect(whole, inside)]
    return merge(sorted(pieces, key=lambda span: span.start))


def splice(spans: Sequence[Span], new: Sequence[Span]) -> list[Span]:
    """The timeline with `new` (contiguous) in place of whatever stood there."""
    if not new:
        return list(spans)
    start, end = new[0].start, new[-1].end
    before = [Span(span.state, span.start, min(span.end, start), span.inferred) for span in spans if span.start < start]
    after = [Span(span.state, max(span.start, end), span.end, span.inferred) for span in spans if span.end > end]
    return merge([*before, *new, *after])


def bridge(spans: Iterable[Span], length: Seconds) -> list[Span]:
    """Unknown runs of at most `length` between two downs become down, marked inferred: nobody saw a recovery."""
    runs = merge(spans)
    bridged: list[Span] = []
    for index, run in enumerate(runs):
        between = 0 < index < len(runs) - 1 and (
            runs[index - 1].state is State.DOWN
            and runs[index + 1].state is State.DOWN
            and runs[index - 1].end == run.start
            and run.end == runs[index + 1].start
        )
        if run.state is State.UNKNOWN and between and run.length <= length:
            bridged.append(Span(State.DOWN, run.start, run.end, inferred=True))
        else:
            bridged.append(run)
    return bridged


def unbridge(spans: Iterable[Span]) -> list[Span]:
    """The timeline as it was before bridging."""
    return merge(Span(State.UNKNOWN, span.start, span.end) if span.inferred else span for span in spans)


def revise(timeline: Sequence[Span], judged: Sequence[Span], length: Seconds) -> list[Span]:
    """A bridged timeline with `judged` (contiguous, not bridged) in place of what stood there.

    Only gaps that touch what was judged are bridged or opened again: another `length` never rewrites the rest.
    """
    if not judged:
        return list(timeline)
    before = [span for span in timeline if span.end < judged[0].start]
    after = [span for span in timeline if span.start > judged[-1].end]
    middle = splice(unbridge(timeline[len(before) : len(timeline) - len(after)]), judged)
    bridged = bridge([*before[-1:], *middle, *after[:1]], length)
    return [*before[:-1], *bridged, *after[1:]]


def grace(terms: Terms, agents: Collection[str]) -> Seconds:
    """How long after a slot's end its results are waited for."""
    return AGENT_GRACE if any(location in agents for location in terms.locations) else LOCAL_GRACE


def settled_until(
    versions: Sequence[Terms],
    reports: Reports,
    now: Seconds,
    from_: Seconds,
    agents: Collection[str] = frozenset(),
) -> Seconds | None:
    """How far one check is settled: all its locations reported, or its slot's end and the grace are past.

    `agents` names the locations that are not in this process. `versions` are the check's terms in order of time.
    None: settled for ever (the check is retired).
    """
    at = from_
    for terms in versions:
        if terms.end is not None and terms.end <= at:
            continue
        at = max(at, terms.start, slot_of(now - grace(terms, agents), terms.every))
        while terms.end is None or at < terms.end:
            if outstanding(terms, reports.get(slot_of(at, terms.every), {})):
                return at
            at = slot_of(at, terms.every) + terms.every
        at = terms.end
    return None


def outstanding(terms: Terms, reports: Mapping[str, Report]) -> list[str]:
    """The locations that did not report in a slot, or by another definition."""
    return [
        location for location in terms.locations if location not in reports or reports[location][1] != terms.definition
    ]
