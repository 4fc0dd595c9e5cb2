"""The closed books: append-only, each closing and each revision with its ledger entry in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from monitor.core.books import Closing, Difference, Seal, Stage, Subject
from monitor.core.model import Interval, Seconds
from monitor.core.sending import Closed
from monitor.storage import ledger, renamings
from monitor.storage.notices import Transaction
from monitor.storage.tables import ClosingRow

CLOSED, REVISED = "month closed", "month revised"
"""Kinds of ledger entries."""

Key: TypeAlias = tuple[Subject, str, str]
"""Subject, id and month."""


@dataclass(frozen=True, slots=True)
class StoredClosing:
    """A closing, and the digest of its inputs as it was stored beside them."""

    closing: Closing
    inputs_digest: str


class ClosedBooks:
    """Appends and reads closings."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, closing: Closing) -> Closing:
        """Stores a closing and seals it in the ledger: both or neither.

        Raises ValueError when somebody else closed or revised that month in the meantime.
        """
        kind = CLOSED if closing.stage is Stage.CLOSED else REVISED
        with self._transaction() as connection:
            # The entry comes first: it waits for whoever else is writing one, and then the rest is seen.
            entry = ledger.append(connection, at=closing.at, actor=closing.actor, kind=kind, payload=closing.entry)
            expected = _next_revision(connection, (closing.subject, closing.id, closing.month))
            if closing.revision != expected:
                raise ValueError(_in_the_way(closing, expected))
            sealed = replace(closing, seal=Seal(entry.number, entry.digest))
            connection.execute(insert(ClosingRow).values(**_values(sealed)))
            ledger.bump(connection, "facts")
            return sealed

    def heads(self) -> Mapping[Key, int]:
        """The newest revision of each closed month, components called as they are now."""
        columns = (col(ClosingRow.subject), col(ClosingRow.id), col(ClosingRow.month), col(ClosingRow.revision))
        with self._transaction() as connection:
            rows = connection.execute(select(*columns).order_by(col(ClosingRow.month), *columns)).all()
            names = renamings.current(connection)
        found = [(Subject(subject), id_, month, revision) for subject, id_, month, revision in rows]
        return {
            (subject, names.get(id_, id_) if subject is Subject.OBJECTIVE else id_, month): revision
            for subject, id_, month, revision in found
        }

    def closed_since(self, at: Seconds) -> list[Closed]:
        """Every closing and revision of an agreement's month from an instant on, in order."""
        query = select(col(ClosingRow.id), col(ClosingRow.month), col(ClosingRow.revision), col(ClosingRow.at))
        query = query.where(col(ClosingRow.subject) == Subject.AGREEMENT.value, col(ClosingRow.at) >= at)
        with self._transaction() as connection:
            return [Closed(*row) for row in connection.execute(query.order_by(col(ClosingRow.entry_number)))]

    def latest(self, subject: Subject, identifier: str, month: str) -> Closing | None:
        """The newest closing of a month; None when it was never closed."""
        found = self.revisions(subject, identifier, month)
        return found[-1].closing if found else None

    def revisions(self, subject: Subject, identifier: str, month: str) -> list[StoredClosing]:
        """Every closing of a month, the first one first. Each keeps the id that its component had then."""
        query = select(ClosingRow).where(col(ClosingRow.subject) == subject.value, col(ClosingRow.month) == month)
        with self._transaction() as connection:
            names = renamings.current(connection) if subject is Subject.OBJECTIVE else {}
            query = query.where(col(ClosingRow.id).in_(renamings.names_of(identifier, names)))
            return [_stored(row) for row in connection.execute(query.order_by(col(ClosingRow.revision)))]


def _next_revision(connection: Connection, key: Key) -> int:
    subject, identifier, month = key
    query = (
        select(col(ClosingRow.revision))
        .where(
            col(ClosingRow.subject) == subject.value, col(ClosingRow.id) == identifier, col(ClosingRow.month) == month
        )
        .order_by(col(ClosingRow.revision).desc())
        .limit(1)
    )
    newest = connection.execute(query).scalar()
    return 0 if newest is None else newest + 1


def _in_the_way(closing: Closing, expected: int) -> str:
    named = f"{closing.subject} {closing.id} {closing.month}"
    if not closing.revision:
        return f"{named} is closed already; a revision accepts what changed since"
    if not expected:
        return f"{named} is not closed"
    return f"{named} is at revision {expected - 1} by now; look at it first"


def _values(closing: Closing) -> dict[str, Any]:
    if closing.seal is None:
        raise AssertionError("a closing is stored with its entry in the ledger")
    return {
        "subject": closing.subject.value,
        "id": closing.id,
        "month": closing.month,
        "revision": closing.revision,
        "zone": closing.zone,
        "month_start": closing.bounds.start,
        "month_end": closing.bounds.end,
        "figures": closing.figures,
        "bundle": closing.bundle,
        "inputs": closing.inputs,
        "terms": closing.terms,
        "settings_digest": closing.settings,
        "inputs_digest": closing.digests["inputs"],
        "engine": closing.engine,
        "tzdata": closing.tzdata,
        "reason": closing.reason,
        "overruled": list(closing.overruled),
        "difference": closing.header["difference"],
        "actor": closing.actor,
        "at": closing.at,
        "entry_number": closing.seal.number,
        "entry_digest": closing.seal.digest,
    }


def _stored(row: Any) -> StoredClosing:
    closing = Closing(
        subject=Subject(row.subject),
        id=row.id,
        month=row.month,
        revision=row.revision,
        zone=row.zone,
        bounds=Interval(row.month_start, row.month_end),
        figures=row.figures,
        bundle=row.bundle,
        inputs=row.inputs,
        terms=row.terms,
        settings=row.settings_digest,
        engine=row.engine,
        tzdata=row.tzdata,
        reason=row.reason,
        overruled=tuple(row.overruled),
        difference=tuple(Difference(item["field"], item["old"], item["new"]) for item in row.difference),
        actor=row.actor,
        at=row.at,
        seal=Seal(row.entry_number, row.entry_digest),
    )
    return StoredClosing(closing, row.inputs_digest)
