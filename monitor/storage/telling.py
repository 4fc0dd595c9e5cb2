"""What channels are told: the facts that decide about it, read together, and what was decided, written together."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from monitor.core.alert import Message
from monitor.core.alerting.conditions import Condition, Refusals, Turns
from monitor.core.alerting.dispatch import Decisions
from monitor.core.alerting.episode import Episode, Silence
from monitor.core.alerting.runs import Event
from monitor.core.delivery import Audience
from monitor.core.model import STATE_CODES, Seconds, State
from monitor.core.notice import NoticeEvent, standing
from monitor.storage import episodes, pauses, silences
from monitor.storage.notices import Notices, Transaction
from monitor.storage.refusals import refusals
from monitor.storage.silences import Silences
from monitor.storage.tables import AckLink, CheckName, Component, Outbox, SpanRow

CAUSES_FOR: Seconds = 3700
"""An episode that ended so long ago is no cause any more: one slot and its grace, an hour at most."""
_RECENT: Seconds = 3700


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts that `core.alerting.dispatch` decides by, at one moment."""

    episodes: Sequence[Episode]
    silences: Sequence[Silence]
    watermarks: Mapping[str, Seconds]
    recent: Mapping[str, Sequence[tuple[Seconds, Event]]]
    down: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words for one channel: its name in the outbox, whom it goes to, what it is about.

    `asks`: it holds a link to acknowledge by, which is put in when it is sent.
    """

    name: str
    channel: str
    targets: Sequence[str]
    message: Message
    about: Sequence[int]
    asks: bool = False


class Tellings:
    """Reads what may be told, and books what was decided."""

    def __init__(self, transaction: Transaction, deciding: Transaction) -> None:
        """`deciding` is for what only the hub that leads may write."""
        self._transaction = transaction
        self._deciding = deciding
        self._notices = Notices(transaction)
        self.silences = Silences(transaction)

    def standing(self, now: Seconds, causes: Collection[str] = ()) -> Standing | None:
        """The facts of this moment; None when there is nothing that may be told. `causes` may hold others back."""
        with self._transaction() as connection:
            if not episodes.is_anything_untold(connection):
                return None
            return Standing(
                episodes=episodes.unsettled(connection, now - CAUSES_FOR),
                silences=[*silences.read(connection, now), *pauses.silences(connection, now)],
                watermarks=_watermarks(connection),
                recent=_recent(connection, now - _RECENT),
                down=_down(connection, causes),
            )

    def maintenance(self, now: Seconds) -> dict[str, Seconds]:
        """The components in a published window now, and when the last such window ends."""
        found: dict[str, Seconds] = {}
        for component, end in _windows(self._notices.by_maintenance().values(), now):
            found[component] = max(end, found.get(component, end))
        return found

    def tell(self, decided: Decisions, letters: Iterable[Written], now: Seconds) -> None:
        """Owes the letters and keeps what channels are told by them: all or none. Raises NotLeading."""
        with self._deciding() as connection:
            for letter in letters:
                _owe(connection, letter, now)
            episodes.tell(connection, decided.told)
            episodes.settle(connection, decided.settled)

    def turn(self, turns: Turns, now: Seconds) -> None:
        """Begins, worsens and ends episodes of rules that are not on states. Raises NotLeading."""
        with self._deciding() as connection:
            for found in turns.fires:
                episodes.add(connection, _begun(connection, found, now))
            for no, found in turns.worse:
                values = {"level": found.level, "urgency": found.urgency.value, "facts": dict(found.facts)}
                episodes.change(connection, no, **values)
            for no in turns.over:
                episodes.change(connection, no, recovered_at=now, ended_at=now)
            for episode in episodes.by_number(connection, turns.gone):
                facts = {**episode.facts, "gone": True}
                episodes.change(connection, episode.no, recovered_at=now, ended_at=now, facts=facts)

    def certificates(self) -> dict[str, Seconds]:
        """By `component/check`: when the certificate that it saw last expires."""
        query = (
            select(col(Component.id), col(CheckName.name), col(CheckName.certificate_expires))
            .join(Component, col(Component.no) == col(CheckName.component_no))
            .where(col(CheckName.certificate_expires).is_not(None))
        )
        with self._transaction() as connection:
            found = connection.execute(query).all()
        return {f"{component}/{check}": expires for component, check, expires in found if expires is not None}

    def refusals(self, everies: Mapping[str, Seconds], slots: int, now: Seconds) -> list[Refusals]:
        """As `storage.refusals` finds them."""
        with self._transaction() as connection:
            return refusals(connection, everies, slots, now)

    def opened(self) -> list[Episode]:
        """What fires now."""
        with self._transaction() as connection:
            return episodes.opened(connection)

    def newest(self, limit: int = 100) -> list[Episode]:
        """The newest episodes with what was told of them, newest first."""
        with self._transaction() as connection:
            return episodes.newest(connection, limit)

    def of(self, numbers: Sequence[int]) -> list[Episode]:
        """Episodes by their numbers; those that are not there are left out."""
        with self._transaction() as connection:
            return episodes.by_number(connection, numbers)


def _begun(connection: Connection, found: Condition, now: Seconds) -> Episode:
    """The episode of a condition. Its start is its key, so that it is later than that of the one before."""
    last = episodes.last_of(connection, found.rule.key, found.subject)
    start = found.since if last is None or last.start < found.since else now
    if last is not None and last.start >= start:
        start = last.start + 1
    return Episode(
        no=0,
        rule=found.rule.key,
        subject=found.subject,
        start=start,
        fired_at=now,
        channels=found.rule.channels,
        urgency=found.urgency,
        level=found.level,
        facts=found.facts,
    )


def _windows(events: Iterable[Sequence[NoticeEvent]], now: Seconds) -> Iterable[tuple[str, Seconds]]:
    for item in map(standing, events):
        end = item.end if item.closed_at is None else min(item.end, item.closed_at)
        if item.start <= now < end:
            for component in item.components:
                yield component, end


def _watermarks(connection: Connection) -> dict[str, Seconds]:
    """How far each component is judged that is judged at all."""
    query = select(col(Component.id), col(Component.watermark)).where(col(Component.watermark).is_not(None))
    return {name: mark for name, mark in connection.execute(query) if mark is not None}


def _down(connection: Connection, causes: Collection[str]) -> frozenset[str]:
    """Those of the components whose timeline ends down."""
    newest: Any = select(func.max(col(SpanRow.start))).where(col(SpanRow.component_no) == col(Component.no))
    query = (
        select(col(Component.id))
        .join(SpanRow, col(SpanRow.component_no) == col(Component.no))
        .where(col(Component.id).in_(causes), col(SpanRow.start) == newest.correlate(Component).scalar_subquery())
        .where(col(SpanRow.state) == STATE_CODES[State.DOWN])
    )
    return frozenset(connection.execute(query).scalars()) if causes else frozenset()


def _recent(connection: Connection, since: Seconds) -> dict[str, list[tuple[Seconds, Event]]]:
    """By channel: when messages about episodes were owed since an instant, each once however many addresses it has."""
    query = (
        select(col(Outbox.channel), col(Outbox.event), col(Outbox.created_at), col(Outbox.about))
        .where(col(Outbox.created_at) > since, col(Outbox.audience) == Audience.CHANNELS.value)
        .order_by(col(Outbox.no))
    )
    found: dict[str, dict[str, tuple[Seconds, Event]]] = defaultdict(dict)
    for channel, event, at, about in connection.execute(query):
        kind = event.split("/")[1] if about and "/" in event else ""
        if kind in _EVENTS:
            found[channel][event] = (at, Event(kind))
    return {channel: list(sent.values()) for channel, sent in found.items()}


_EVENTS = frozenset(event.value for event in Event)


def _owe(connection: Connection, letter: Written, now: Seconds) -> None:
    link = None
    if letter.asks:
        values: dict[str, Any] = {"episodes": list(letter.about), "channel": letter.channel}
        values |= {"created_at": now, "used_by": ""}
        inserted = connection.execute(insert(AckLink).values(**values)).inserted_primary_key
        link = None if inserted is None else int(inserted[0])
    message = letter.message
    rows = [
        {
            "event": letter.name,
            "channel": letter.channel,
            "target": target,
            "type": message.type,
            "title": message.title,
            "body": message.body,
            "format": message.format,
            "created_at": now,
            "next_try": now,
            "tries": 0,
            "last_error": "",
            "about": list(letter.about),
            "link_no": link,
            "audience": Audience.CHANNELS.value,
        }
        for target in dict.fromkeys(letter.targets)
    ]
    if rows:
        connection.execute(insert(Outbox), rows)
