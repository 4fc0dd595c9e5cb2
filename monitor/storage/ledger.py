"""Ledger rows and the counters beside them; always part of the transaction that makes the decision."""

from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlmodel import col

from monitor.core.ledger import Entry, entry
from monitor.core.model import Seconds
from monitor.storage.tables import Counter, LedgerEntry

_ONE_MORE = text(
    "insert into counter (name, value) values (:name, 1) on conflict (name) do update set value = counter.value + 1"
)


def hold(connection: Connection) -> None:
    """Nobody else enters anything until the transaction ends; on SQLite nobody can write anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("lock table ledger in exclusive mode")


def append(connection: Connection, *, at: Seconds, actor: str, kind: str, payload: dict[str, Any]) -> Entry:
    """Chains one entry to the head."""
    hold(connection)
    item = entry(head(connection), at=at, actor=actor, kind=kind, payload=payload)
    connection.execute(
        insert(LedgerEntry).values(
            number=item.number,
            at=item.at,
            actor=item.actor,
            kind=item.kind,
            payload=item.payload,
            previous=item.previous,
            digest=item.digest,
        )
    )
    return item


def head(connection: Connection) -> Entry | None:
    """The newest entry; None before the first."""
    last = connection.execute(select(LedgerEntry).order_by(col(LedgerEntry.number).desc()).limit(1)).first()
    return _entry(last) if last else None


def read(connection: Connection) -> list[Entry]:
    """The whole ledger in order."""
    rows = connection.execute(select(LedgerEntry).order_by(col(LedgerEntry.number)))
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:
    return Entry(row.number, row.at, row.actor, row.kind, row.payload, row.previous, row.digest)


def counter(connection: Connection, name: str) -> int:
    return connection.execute(select(col(Counter.value)).where(col(Counter.name) == name)).scalar() or 0


def bump(connection: Connection, name: str) -> None:
    """Adds one to a counter: the hub polls `facts` and looks again when it has moved."""
    connection.execute(_ONE_MORE, {"name": name})
