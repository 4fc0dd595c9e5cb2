"""What the judge's changes mean for rules on states: episodes that begin and end, in its own transaction.

Who is told of them, and when, is decided afterwards from what stands here: see `storage.telling`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection

from monitor.core.alert import On, Plan, Rule
from monitor.core.alerting.episode import Episode
from monitor.core.alerting.runs import Event, Standing, Step, reach, steps
from monitor.core.model import Interval, Result, Seconds, Span, State
from monitor.core.pause import outside
from monitor.core.timeline import merge
from monitor.storage import episodes, results
from monitor.storage import spans as span_rows
from monitor.storage.spans import Change

_NEVER = 10**9
"""An `after` that no run reaches."""
_SEEN_BACK: Seconds = 3600
_MOST_SEEN = 40


class Alerts:
    """Writes episodes by one plan; remembers open ones between steps."""

    def __init__(self, plan: Plan) -> None:
        self._rules = tuple(rule for rule in plan.rules if rule.on.state is not None)
        self._open: dict[tuple[str, str], Episode] | None = None
        self._orphans: tuple[Rule, ...] = ()
        self._paused: Mapping[str, Sequence[Interval]] = {}

    def forget(self) -> None:
        self._open = None

    def stand(self, component: str) -> bool:
        """Whether any rule has fired for it and not recovered, as far as that was read."""
        return any(subject == component for _, subject in self._open or ())

    def note(
        self,
        connection: Connection,
        changes: Iterable[Change],
        everies: Mapping[int, Seconds],
        now: Seconds,
        paused: Mapping[str, Sequence[Interval]],
    ) -> None:
        """Fires and recovers for the components that were judged in this step, whose spans are written already; of what
        is `paused` nothing is said."""
        self._paused = paused
        known = self._open = self._load(connection) if self._open is None else self._open
        if not self._rules and not known:
            return
        for change in changes:
            quiet = len(change.new) < 2 and all(span.state is State.UP for span in (*change.new, *change.ahead))
            for rule in (*self._rules, *self._orphans):
                standing = known.get((rule.key, change.component))
                if (standing is not None or not quiet) and (standing is not None or rule.covers(change.component)):
                    self._apply(connection, rule, change, everies[change.component_no], standing, now)

    def _apply(
        self,
        connection: Connection,
        rule: Rule,
        change: Change,
        every: Seconds,
        standing: Episode | None,
        now: Seconds,
    ) -> None:
        reaches = min(change.old_watermark, standing.start if standing else change.old_watermark) - reach(rule, every)
        spans = merge([*span_rows.read(connection, change.component_no, reaches), *change.ahead])
        spans = outside(spans, self._paused.get(change.component, ()))
        found = steps(
            rule,
            spans,
            every=every,
            after=change.acted_until,
            now=now,
            standing=Standing(standing.start, standing.flapping) if standing else None,
        )
        for step in found:
            if step.event is Event.FIRED:
                standing = self._fire(connection, rule, change, step, spans, now)
            elif standing is not None and step.event is Event.FLAPPING:
                episodes.change(connection, standing.no, flapping=True)
                standing = self._remember(replace(standing, flapping=True))
            elif standing is not None:
                episodes.change(connection, standing.no, recovered_at=step.at, ended_at=now)
                self._forget_one(standing)
                standing = None

    def _fire(
        self, connection: Connection, rule: Rule, change: Change, step: Step, spans: list[Span], now: Seconds
    ) -> Episode | None:
        start = step.start
        last = episodes.last_of(connection, rule.key, change.component)
        if last is not None and last.start >= start:
            # Late results took a recovery back: what goes on after it is news, what ended before it is not.
            start = max(last.recovered_at or last.start, start)
            goes_on = any(span.start <= start < span.end and span.state is rule.on.state for span in spans)
            if start <= last.start or not goes_on:
                return None
        episode = Episode(
            no=0,
            rule=rule.key,
            subject=change.component,
            start=start,
            fired_at=now,
            channels=rule.channels,
            urgency=rule.usual_urgency,
            flapping=step.flapping,
            facts={
                "seen": _seen(connection, change, start),
                "last_good": max((span.end for span in spans if span.end <= start and _good(span)), default=None),
            },
        )
        return self._remember(replace(episode, no=episodes.add(connection, episode)))

    def _remember(self, episode: Episode) -> Episode:
        if self._open is not None:
            self._open[episode.rule, episode.subject] = episode
        return episode

    def _forget_one(self, episode: Episode) -> None:
        if self._open is not None:
            self._open.pop((episode.rule, episode.subject), None)

    def _load(self, connection: Connection) -> dict[tuple[str, str], Episode]:
        found = [item for item in episodes.opened(connection) if item.on.state is not None]
        # A rule that was edited or removed while it fired still owes its recovery, to the channels it told.
        kept = {rule.key for rule in self._rules}
        self._orphans = tuple(
            Rule(On(on), _NEVER, name=name)
            for on, _, name in (key.partition(":") for key in sorted({item.rule for item in found} - kept))
        )
        return {(item.rule, item.subject): item for item in found}


def _good(span: Span) -> bool:
    return span.state in (State.UP, State.DEGRADED)


def _seen(connection: Connection, change: Change, start: Seconds) -> list[dict[str, Any]]:
    """What each location saw last of each check that was not right, since the run began."""
    newest: dict[tuple[str, str], Result] = {}
    first = max(start, change.decided_until - _SEEN_BACK)
    for seen in results.read(connection, first, change.decided_until, [change.component_no]):
        if seen.outcome is not State.UP:
            newest[seen.location, seen.check] = seen
    return [_sighting(seen) for _, seen in sorted(newest.items())][:_MOST_SEEN]


def _sighting(seen: Result) -> dict[str, Any]:
    failure = seen.failure
    return {
        "location": seen.location,
        "check": seen.check,
        "kind": failure.kind.value if failure else None,
        "detail": failure.detail if failure else "",
        "phases": {name: value for name, value in asdict(seen.phases).items() if value is not None},
    }
