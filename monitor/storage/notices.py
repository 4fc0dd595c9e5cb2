"""Notices: the append-only announcements of maintenance, stamped by the hub when they are on the page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, extend
from monitor.storage import ledger, renamings
from monitor.storage.recurrence_table import RecurrenceRow
from monitor.storage.tables import Notice
from monitor.storage.transaction import Transaction as Transaction

_CLOSING = (NoticeAction.COMPLETE, NoticeAction.CANCEL)


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """One stored notice. `event.at` is when it was published; until then, when it was asked for."""

    no: int
    maintenance: str
    event: NoticeEvent
    published: bool
    actor: str


class Notices:
    """Appends, stamps and reads notices."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, maintenance: str, event: NoticeEvent, *, actor: str) -> NoticeRecord:
        """Adds one event; completions and cancellations take effect as asked, the rest once published.

        Raises ValueError (from `core.notice.extend`) when it does not follow from what stands.
        """
        return self.append_all([(maintenance, event)], actor=actor)[0]

    def append_all(
        self, events: Sequence[tuple[str, NoticeEvent]], *, actor: str, series: str = ""
    ) -> list[NoticeRecord]:
        """Adds events of several maintenances, all or none; announcements as one recurrence with `series`.

        Raises as `append` does.
        """
        with self._transaction() as connection:
            standing: dict[str, list[NoticeEvent]] = defaultdict(list)
            for record in _read(connection):
                standing[record.maintenance].append(record.event)
            added = []
            for maintenance, event in events:
                extend(standing[maintenance], event)
                standing[maintenance].append(event)
                added.append(_insert(connection, maintenance, event, actor))
                if series:
                    connection.execute(insert(RecurrenceRow).values(maintenance=maintenance, series=series))
            ledger.bump(connection, "facts")
            return added

    def publish(self, numbers: list[int], at: Seconds) -> int:
        """Stamps notices that now stand on the page; says how many had not been stamped before.

        What was still unpublished when its maintenance was completed or cancelled never will be.
        """
        with self._transaction() as connection:
            stamped = 0
            records = _read(connection, {})
            closed = {record.maintenance for record in records if record.event.action in _CLOSING}
            for record in records:
                if record.no in numbers and not record.published and record.maintenance not in closed:
                    connection.execute(update(Notice).where(col(Notice.no) == record.no).values(published_at=at))
                    _enter(connection, _at(record, at))
                    stamped += 1
            if stamped:
                ledger.bump(connection, "facts")
            return stamped

    def all(self, *, as_entered: bool = False) -> list[NoticeRecord]:
        """Every notice ever, in order. Components are called as they are now, or as they were when it was entered."""
        with self._transaction() as connection:
            return _read(connection, {} if as_entered else None)

    def series(self) -> dict[str, str]:
        """By maintenance: the first one of the recurrence that it is of. One that stands alone is not in it."""
        with self._transaction() as connection:
            return dict(connection.execute(select(col(RecurrenceRow.maintenance), col(RecurrenceRow.series))).all())

    def by_maintenance(self, *, published: bool = True) -> dict[str, list[NoticeEvent]]:
        """The events of each maintenance; those not published yet only when asked for.

        A maintenance whose announcement is not among them is left out: it was closed before anybody saw it.
        """
        found: dict[str, list[NoticeEvent]] = defaultdict(list)
        for record in self.all():
            if record.published or not published:
                found[record.maintenance].append(record.event)
        return {name: events for name, events in found.items() if events[0].action is NoticeAction.ANNOUNCE}


def _insert(connection: Connection, maintenance: str, event: NoticeEvent, actor: str) -> NoticeRecord:
    closing = event.action in _CLOSING
    key = connection.execute(
        insert(Notice).values(
            maintenance=maintenance,
            action=event.action.value,
            requested_at=event.at,
            published_at=event.at if closing else None,
            start=event.start,
            end=event.end,
            components=list(event.components) if event.components is not None else None,
            title=event.title,
            description=event.description,
            actor=actor,
        )
    ).inserted_primary_key
    if key is None:
        raise AssertionError("a notice gave no key")
    record = NoticeRecord(key[0], maintenance, event, closing, actor)
    if closing:
        _enter(connection, record)
    return record


def _at(record: NoticeRecord, at: Seconds) -> NoticeRecord:
    event = record.event
    stamped = NoticeEvent(at, event.action, event.start, event.end, event.components, event.title, event.description)
    return NoticeRecord(record.no, record.maintenance, stamped, True, record.actor)


def _read(connection: Connection, names: Mapping[str, str] | None = None) -> list[NoticeRecord]:
    """`names`: what earlier ids of components are called; looked up for None."""
    called = renamings.current(connection) if names is None else names
    return [_record(row, called) for row in connection.execute(select(Notice).order_by(col(Notice.no)))]


def _record(row: Any, names: Mapping[str, str]) -> NoticeRecord:
    event = NoticeEvent(
        at=row.requested_at if row.published_at is None else row.published_at,
        action=NoticeAction(row.action),
        start=row.start,
        end=row.end,
        components=None if row.components is None else tuple(names.get(item, item) for item in row.components),
        title=row.title,
        description=row.description,
    )
    return NoticeRecord(row.no, row.maintenance, event, row.published_at is not None, row.actor)


def entered(record: NoticeRecord) -> dict[str, Any]:
    """What the ledger says of a published notice, beside its actor."""
    event = record.event
    return {
        "maintenance": record.maintenance,
        "action": event.action.value,
        "at": event.at,
        "start": event.start,
        "end": event.end,
        "components": list(event.components) if event.components is not None else None,
        "title": event.title,
        "description": event.description,
    }


def _enter(connection: Connection, record: NoticeRecord) -> None:
    ledger.append(connection, at=record.event.at, actor=record.actor, kind="notice", payload=entered(record))
