"""Alerts owed: what `core.alert` decides becomes episodes and outbox rows, in the judge's transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from monitor.core.alert import Event, Message, Plan, Rule, Sighting, Step, message, reminder_due, steps
from monitor.core.model import Seconds, State
from monitor.storage import results
from monitor.storage.spans import Change
from monitor.storage.tables import Episode, Outbox

_NEVER = 10**9
"""An `after` that no run reaches."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A firing that has not recovered."""

    no: int
    start: Seconds
    fired_at: Seconds
    channels: tuple[str, ...]
    last_reminder: Seconds | None


class Alerts:
    """Owes messages by one plan; remembers open firings between steps."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._open: dict[tuple[str, str], _Open] | None = None
        self._orphans: tuple[Rule, ...] = ()

    def forget(self) -> None:
        self._open = None

    def owe(
        self, connection: Connection, changes: Iterable[Change], everies: Mapping[int, Seconds], now: Seconds
    ) -> None:
        """Fires, recovers and reminds for the components that were judged in this step."""
        opened = self._open = self._load(connection) if self._open is None else self._open
        if not self._plan.rules and not opened:
            return
        for change in changes:
            quiet = len(change.new) == 1 and change.new[0].state is State.UP
            for rule in (*self._plan.rules, *self._orphans):
                standing = opened.get((rule.key, change.component))
                if standing is None and quiet:
                    continue
                self._apply(connection, rule, change, everies[change.component_no], standing, now)

    def _apply(
        self,
        connection: Connection,
        rule: Rule,
        change: Change,
        every: Seconds,
        standing: _Open | None,
        now: Seconds,
    ) -> None:
        found = steps(
            rule,
            change.new,
            every=every,
            after=change.old_watermark,
            now=now,
            open_since=standing.start if standing else None,
        )
        for step in found:
            if step.event is Event.FIRED:
                standing = self._fire(connection, rule, change, step, now)
            elif standing is not None:
                self._recover(connection, rule, change, step, standing, now)
                standing = None
        if standing is not None and not found and reminder_due(rule, standing.fired_at, standing.last_reminder, now):
            self._remind(connection, rule, change, standing, now)

    def _fire(self, connection: Connection, rule: Rule, change: Change, step: Step, now: Seconds) -> _Open | None:
        key = (rule.key, change.component)
        last = connection.execute(
            select(col(Episode.start), col(Episode.recovered_at))
            .where(col(Episode.rule) == rule.key, col(Episode.component) == change.component)
            .order_by(col(Episode.start).desc())
            .limit(1)
        ).first()
        if last is not None and last.start >= step.start:
            # Late results took a recovery back: what goes on after it is news, what ended before it is not.
            step = Step(step.event, step.at, max(last.recovered_at or last.start, step.start))
            if step.start >= change.new_watermark or step.start <= last.start:
                return None
        inserted = connection.execute(
            insert(Episode).values(
                rule=rule.key,
                component=change.component,
                start=step.start,
                fired_at=now,
                channels=list(rule.channels),
            )
        ).inserted_primary_key
        if inserted is None:
            raise AssertionError("an episode gave no key")
        episode = _Open(inserted[0], step.start, now, rule.channels, None)
        self._write(
            connection,
            f"{episode.no}/fired",
            episode,
            self._words(connection, Event.FIRED, rule, change, step),
            now,
        )
        self._remember(key, episode)
        return episode

    def _recover(
        self, connection: Connection, rule: Rule, change: Change, step: Step, standing: _Open, now: Seconds
    ) -> None:
        connection.execute(update(Episode).where(col(Episode.no) == standing.no).values(recovered_at=step.at))
        words = self._words(connection, Event.RECOVERED, rule, change, step)
        self._write(connection, f"{standing.no}/recovered", standing, words, now)
        self._remember((rule.key, change.component), None)

    def _remind(self, connection: Connection, rule: Rule, change: Change, standing: _Open, now: Seconds) -> None:
        connection.execute(update(Episode).where(col(Episode.no) == standing.no).values(last_reminder=now))
        step = Step(Event.REMINDER, now, standing.start)
        words = self._words(connection, Event.REMINDER, rule, change, step)
        self._write(connection, f"{standing.no}/reminder/{now}", standing, words, now)
        again = _Open(standing.no, standing.start, standing.fired_at, standing.channels, now)
        self._remember((rule.key, change.component), again)

    def _words(self, connection: Connection, event: Event, rule: Rule, change: Change, step: Step) -> Message:
        sightings = [] if event is Event.RECOVERED else _sightings(connection, change, step, rule.on)
        name = self._plan.names.get(change.component, change.component)
        return message(event, rule, name, step, sightings, self._plan.zone, self._plan.url)

    def _write(self, connection: Connection, event: str, episode: _Open, words: Message, now: Seconds) -> None:
        rows = [
            {
                "event": event,
                "channel": channel,
                "target": target,
                "type": words.type,
                "title": words.title,
                "body": words.body,
                "created_at": now,
                "next_try": now,
                "tries": 0,
                "last_error": "",
            }
            for channel in episode.channels
            for target in dict.fromkeys(self._plan.channels.get(channel, ()))
        ]
        if rows:
            connection.execute(insert(Outbox), rows)

    def _remember(self, key: tuple[str, str], episode: _Open | None) -> None:
        opened = self._open if self._open is not None else {}
        if episode is None:
            opened.pop(key, None)
        else:
            opened[key] = episode

    def _load(self, connection: Connection) -> dict[tuple[str, str], _Open]:
        rows = connection.execute(select(Episode).where(col(Episode.recovered_at).is_(None))).all()
        # A rule that was edited or removed while it fired still owes its recovery, to the channels it told.
        kept = {rule.key for rule in self._plan.rules}
        self._orphans = tuple(
            Rule(State(on), _NEVER, name=name)
            for on, _, name in (key.partition(":") for key in sorted({row.rule for row in rows} - kept))
        )
        return {
            (row.rule, row.component): _Open(row.no, row.start, row.fired_at, tuple(row.channels), row.last_reminder)
            for row in rows
        }


def _sightings(connection: Connection, change: Change, step: Step, state: State) -> list[Sighting]:
    """What each location saw in the newest slots of the run that was not right."""
    first = max(step.start - 3600, step.start if step.event is Event.FIRED else step.at - 600)
    newest: dict[tuple[str, str], Sighting] = {}
    for seen in results.read(connection, first, change.new_watermark, [change.component_no]):
        if seen.outcome is not State.UP:
            newest[seen.location, seen.check] = Sighting(
                seen.location,
                seen.check,
                seen.failure.kind if seen.failure else None,
                seen.failure.detail if seen.failure else "",
            )
    return list(newest.values())
