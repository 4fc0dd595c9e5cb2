"""Silences: set and ended by people, each time with an entry in the ledger; never changed otherwise."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlmodel import col

from monitor.core.alerting.episode import Silence
from monitor.core.model import Seconds
from monitor.storage import ledger
from monitor.storage.notices import Transaction
from monitor.storage.tables import SilenceRow


class Silences:
    """Sets, ends and lists silences."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, wanted: Silence) -> Silence:
        """Stores a new one and gives it with its number. Raises ValueError for one that ends before it begins."""
        if wanted.until <= wanted.start:
            raise ValueError("a silence ends after it begins")
        values = {"components": list(wanted.components), "start": wanted.start, "until": wanted.until}
        values |= {"reason": wanted.reason, "by": wanted.by, "ended_by": ""}
        with self._transaction() as connection:
            inserted = connection.execute(insert(SilenceRow).values(**values)).inserted_primary_key
            if inserted is None:
                raise AssertionError("a silence gave no key")
            stored = replace(wanted, no=int(inserted[0]))
            _enter(connection, stored, "set", at=wanted.start, actor=wanted.by)
            return stored

    def end(self, no: int, *, now: Seconds, actor: str) -> Silence:
        """Ends one now. Raises LookupError where there is none, ValueError for one that is over."""
        with self._transaction() as connection:
            row = connection.execute(select(SilenceRow).where(col(SilenceRow.no) == no)).first()
            if row is None:
                raise LookupError(f"there is no silence {no}")
            silence = _silence(row)
            if silence.ended_at is not None or now >= silence.until:
                raise ValueError(f"silence {no} is over already")
            ended = update(SilenceRow).where(col(SilenceRow.no) == no).values(ended_at=now, ended_by=actor)
            connection.execute(ended)
            silence = replace(silence, ended_at=now, ended_by=actor)
            _enter(connection, silence, "ended", at=now, actor=actor)
            return silence

    def all(self, since: Seconds | None = None) -> list[Silence]:
        """Every silence ever, or those that hold after an instant; newest first."""
        with self._transaction() as connection:
            return read(connection, since)[::-1]


def read(connection: Connection, since: Seconds | None = None) -> list[Silence]:
    """Every silence, or those that hold after an instant, in order."""
    query = select(SilenceRow).order_by(col(SilenceRow.no))
    if since is not None:
        query = query.where(
            col(SilenceRow.until) > since, or_(col(SilenceRow.ended_at).is_(None), col(SilenceRow.ended_at) > since)
        )
    return [_silence(row) for row in connection.execute(query)]


def _silence(row: Row[Any]) -> Silence:
    return Silence(row.no, tuple(row.components), row.start, row.until, row.reason, row.by, row.ended_at, row.ended_by)


def _enter(connection: Connection, silence: Silence, action: str, *, at: Seconds, actor: str) -> None:
    payload = {
        "silence": silence.no,
        "action": action,
        "components": list(silence.components),
        "until": silence.until,
        "reason": silence.reason,
    }
    ledger.append(connection, at=at, actor=actor, kind="silence", payload=payload)
    ledger.bump(connection, "facts")
