"""Pauses: append-only, each with its entry in the ledger. They begin where a timeline is not settled yet."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from monitor.core.alerting.episode import Silence
from monitor.core.model import Interval, Seconds
from monitor.core.pause import Pause, check
from monitor.storage import inbox, ledger, renamings
from monitor.storage.inbox import Touched
from monitor.storage.notices import Transaction
from monitor.storage.pause_tables import PauseRow, ResumptionRow
from monitor.storage.tables import Component

PAUSED, RESUMED = "component paused", "component resumed"
"""The kinds of their ledger entries."""


class Pauses:
    """Appends and reads pauses. The rules are those of `core.pause`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, pause: Pause) -> Pause:
        """Stores a pause, gives it its id, and lets it begin where nothing is settled. Raises ValueError saying why it
        cannot be."""
        with self._transaction() as connection:
            check(pause)
            no, watermark = _timeline(connection, pause.component)
            begun = replace(pause, start=max(pause.start, watermark))
            if begun.until <= begun.start:
                raise ValueError("the slot in which it would end is settled already; pause for longer")
            if standing := _standing(connection, pause.component, begun.start):
                raise ValueError(f"{pause.component} is paused already, {standing.id}; resume it first")
            key = connection.execute(insert(PauseRow).values(**_values(begun))).inserted_primary_key
            if key is None:
                raise AssertionError("a pause gave no key")
            stored = replace(begun, id=_id(key[0]))
            ledger.append(connection, at=pause.start, actor=stored.by, kind=PAUSED, payload=entered(stored))
            _told(connection, no, begun.start)
            return stored

    def resume(self, component: str, *, now: Seconds, actor: str) -> Pause:
        """Ends the pause that goes on. Raises ValueError where none does."""
        with self._transaction() as connection:
            no, _ = _timeline(connection, component)
            found = _standing(connection, component, now)
            if found is None:
                raise ValueError(f"{component} is not paused")
            at = max(now, found.start)
            connection.execute(insert(ResumptionRow).values(pause_no=_number(found), at=at, by=actor))
            ended = replace(found, resumed_at=at, resumed_by=actor)
            ledger.append(connection, at=now, actor=actor, kind=RESUMED, payload=entered_resumption(ended))
            _told(connection, no, at)
            return ended

    def all(self, *, as_entered: bool = False) -> list[Pause]:
        """Every pause in the order in which they were decided. Components are called as they are now, or as then."""
        with self._transaction() as connection:
            return _read(connection, as_entered=as_entered)

    def by_component(self) -> dict[str, list[Pause]]:
        """Every pause, in order, by the component it is of."""
        with self._transaction() as connection:
            return read(connection)


def read(connection: Connection) -> dict[str, list[Pause]]:
    """Every pause, in order, by the component it is of."""
    found: dict[str, list[Pause]] = defaultdict(list)
    for item in _read(connection):
        found[item.component].append(item)
    return dict(found)


def silences(connection: Connection, now: Seconds) -> list[Silence]:
    """Of what is paused nobody is told: no reminder either of what fired before."""
    found = (item for item in _read(connection) if item.start <= now < item.end)
    return [Silence(0, (item.component,), item.start, item.end, item.reason, item.by) for item in found]


def entered(pause: Pause) -> dict[str, Any]:
    """What the ledger says of a pause."""
    return {"id": pause.id, **_values(pause)}


def entered_resumption(pause: Pause) -> dict[str, Any]:
    """What the ledger says of one that was ended."""
    return {"id": pause.id, "at": pause.resumed_at}


def _timeline(connection: Connection, component: str) -> tuple[int, Seconds]:
    """The component's number and watermark, held: nobody settles more of it meanwhile. Raises ValueError."""
    query = select(col(Component.no), col(Component.watermark)).where(col(Component.id) == component).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None or row.no is None:
        raise ValueError(f"{component} is not known to the database yet; run `janji up` with these settings first")
    return row.no, row.watermark or 0


def _standing(connection: Connection, component: str, now: Seconds) -> Pause | None:
    """The component's pause that has not ended at an instant."""
    return next((item for item in _read(connection) if item.component == component and item.end > now), None)


def _told(connection: Connection, no: int, at: Seconds) -> None:
    """The judge looks at it again, and the hub at what is to be probed."""
    inbox.leave(connection, {no: Touched([Interval(at, at + 1)], None)})
    ledger.bump(connection, "facts")


def _read(connection: Connection, *, as_entered: bool = False) -> list[Pause]:
    names = {} if as_entered else renamings.current(connection)
    query: Any = (
        select(PauseRow, col(ResumptionRow.at).label("resumed_at"), col(ResumptionRow.by).label("resumed_by"))
        .outerjoin(ResumptionRow, col(ResumptionRow.pause_no) == col(PauseRow.no))
        .order_by(col(PauseRow.no))
    )
    return [
        Pause(
            id=_id(row.no),
            component=names.get(row.component, row.component),
            start=row.start,
            until=row.until,
            reason=row.reason,
            by=row.by,
            resumed_at=row.resumed_at,
            resumed_by=row.resumed_by or "",
        )
        for row in connection.execute(query)
    ]


def _id(number: int) -> str:
    return f"pause-{number}"


def _number(pause: Pause) -> int:
    return int(pause.id.rpartition("-")[2])


def _values(pause: Pause) -> dict[str, Any]:
    return {
        "component": pause.component,
        "start": pause.start,
        "until": pause.until,
        "reason": pause.reason,
        "by": pause.by,
    }
