"""When a rule on a component's state fires, flaps and recovers: a function of its timeline and of nothing else.

Spans may be those of settled slots or of slots that are only decided: whoever calls says up to where.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.alert import Rule
from monitor.core.model import Seconds, Span, State

STALE_AFTER: Seconds = 300
"""A run that ended longer ago than this is history, not news: it is in the books but wakes nobody."""

FLAPS = 3
"""So many runs of failed slots that began within `FLAP_SLOTS` are one trouble: it flaps."""
FLAP_SLOTS = 30
STEADY_SLOTS = 10
"""What flaps has recovered after so many good slots in a row, whatever `clear_after` says."""

_CLEARED_BY = {
    State.DOWN: frozenset({State.UP, State.DEGRADED}),
    State.DEGRADED: frozenset({State.UP}),
    State.UNKNOWN: frozenset({State.UP, State.DEGRADED, State.DOWN}),
}
"""What ends a firing. Unknown never ends a `down`: nobody saw a recovery."""


class Event(StrEnum):
    """What became of a rule for one component, and what a message tells of it."""

    FIRED = "fired"
    WORSENED = "worsened"
    FLAPPING = "flapping"
    RECOVERED = "recovered"
    REMINDER = "reminder"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class Standing:
    """A firing that has not recovered: since when its run lasts, and whether it flaps."""

    start: Seconds
    flapping: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A rule fired at `at` for a run that began at `start`, turned out to flap then, or recovered at `at`."""

    event: Event
    at: Seconds
    start: Seconds
    flapping: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Adjoining time that is all failed (`bad` True), all good (False), or neither (None)."""

    bad: bool | None
    start: Seconds
    end: Seconds


def reach(rule: Rule, every: Seconds) -> Seconds:
    """How far back before the part to be judged the spans have to go."""
    return (max(rule.after, rule.clear_after, STEADY_SLOTS) + FLAP_SLOTS) * every


def steps(
    rule: Rule, spans: Iterable[Span], *, every: Seconds, after: Seconds, now: Seconds, standing: Standing | None
) -> list[Step]:
    """What a rule does on the part of a timeline that came after an instant.

    `spans` reach back by `reach`; `standing` is the firing that has not recovered yet. Judging a timeline slot by
    slot gives the same steps as judging it at once, but for runs that ended too long ago to be news.
    """
    state = rule.on.state
    if state is None:
        raise ValueError(f"a rule on {rule.on} is not about a state")
    runs = list(_runs(spans, state))
    found: list[Step] = []
    for run in runs:
        if run.end <= after:
            continue
        if run.bad:
            decided = run.start + rule.after * every
            if decided > run.end:
                continue
            flapping = _falls(runs, rule, every, run.start) >= FLAPS
            if standing is None and now - run.end <= STALE_AFTER:
                found.append(Step(Event.FIRED, decided, run.start, flapping))
                standing = Standing(run.start, flapping)
            elif standing is not None and flapping and not standing.flapping:
                found.append(Step(Event.FLAPPING, decided, standing.start, flapping))
                standing = Standing(standing.start, flapping)
        elif run.bad is False and standing is not None and run.end > standing.start:
            # A run that holds the start is one that late results made: what fired did not happen.
            since = max(run.start, standing.start)
            wanted = max(rule.clear_after, STEADY_SLOTS) if standing.flapping else rule.clear_after
            if since + wanted * every <= run.end or (run.start <= standing.start and not standing.flapping):
                found.append(Step(Event.RECOVERED, since, standing.start, standing.flapping))
                standing = None
    return found


def _falls(runs: Iterable[_Run], rule: Rule, every: Seconds, until: Seconds) -> int:
    """How often it fell from good, long enough to fire, in the slots up to an instant. Unmeasured time is no good."""
    first, count, fallen = until - FLAP_SLOTS * every, 0, False
    for run in runs:
        if run.start > until:
            break
        if run.bad is False:
            fallen = False
        elif run.bad and not fallen and run.end - run.start >= rule.after * every:
            fallen = True
            count += run.start > first
    return count


def _runs(spans: Iterable[Span], state: State) -> Iterator[_Run]:
    standing: _Run | None = None
    for span in spans:
        bad = True if span.state is state else False if span.state in _CLEARED_BY[state] else None
        if standing is not None and standing.bad is bad and standing.end == span.start:
            standing = _Run(bad, standing.start, span.end)
            continue
        if standing is not None:
            yield standing
        standing = _Run(bad, span.start, span.end)
    if standing is not None:
        yield standing
