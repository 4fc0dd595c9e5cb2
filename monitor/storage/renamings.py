"""Renamed components: append-only, each with its entry in the ledger. Records keep the id they were made with."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from monitor.core.renaming import Renaming, current_ids, wanted_renamings
from monitor.storage import ledger
from monitor.storage.engine import StorageError
from monitor.storage.renaming_table import RenamingRow
from monitor.storage.tables import Component, Episode
from monitor.storage.transaction import Transaction

ENTERED = "component renamed"
"""The kind of its ledger entry."""


class NamesClash(StorageError):
    """The settings name components otherwise than what is stored of them allows; a sentence for each."""


class Renamings:
    """Reads renamings; `carry_out` appends them."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> list[Renaming]:
        """Every renaming ever, in order."""
        with self._transaction() as connection:
            return read(connection)

    def current(self) -> Mapping[str, str]:
        """By earlier id: what its component is called now."""
        return current_ids(self.all())


def read(connection: Connection) -> list[Renaming]:
    rows = connection.execute(select(RenamingRow).order_by(col(RenamingRow.no)))
    return [Renaming(row.was, row.id, row.at, row.actor) for row in rows]


def current(connection: Connection) -> Mapping[str, str]:
    """By earlier id: what its component is called now."""
    return current_ids(read(connection))


def carry_out(connection: Connection, wanted: Mapping[str, str | None], *, at: int, actor: str) -> bool:
    """Renames the components whose settings say what they were called; says whether there was any.

    Raises NamesClash, and then nothing is to be taken over.
    """
    known = set(connection.execute(select(col(Component.id))).scalars())
    news, wrong = wanted_renamings(wanted, known, current(connection))
    if wrong:
        raise NamesClash("; ".join(wrong))
    for was, id_ in news.items():
        item = Renaming(was, id_, at, actor)
        connection.execute(insert(RenamingRow).values(was=was, id=id_, at=at, actor=actor))
        ledger.append(connection, at=at, actor=actor, kind=ENTERED, payload=entered(item))
        connection.execute(update(Component).where(col(Component.id) == was).values(id=id_))
        # What fires goes on firing: its recovery is still to be sent.
        connection.execute(update(Episode).where(col(Episode.component) == was).values(component=id_))
        checks = select(col(Episode.no), col(Episode.component)).where(col(Episode.component).startswith(f"{was}/"))
        for no, subject in connection.execute(checks).all():
            renamed = id_ + subject.removeprefix(was)
            connection.execute(update(Episode).where(col(Episode.no) == no).values(component=renamed))
    return bool(news)


def entered(renaming: Renaming) -> dict[str, Any]:
    """What the ledger says of a renaming, beside its actor."""
    return {"id": renaming.id, "was": renaming.was, "at": renaming.at}


def names_of(identifier: str, names: Mapping[str, str]) -> Iterable[str]:
    """The id, and every earlier one of the same component."""
    return [identifier, *(old for old, now in names.items() if now == identifier)]
