"""Losses: how many results the spools of hubs had to give up, by location. Each spool tells its own count."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from monitor.core.backlog import NOTHING_LOST, Loss, together
from monitor.core.model import Seconds
from monitor.storage.loss_table import LossRow
from monitor.storage.registry import Registry
from monitor.storage.tables import Location
from monitor.storage.transaction import Transaction
from monitor.storage.upsert import insert


class Losses:
    """Keeps one count for each spool and location."""

    def __init__(self, transaction: Transaction, registry: Registry) -> None:
        self._transaction = transaction
        self._registry = registry

    def note(self, spool: str, counts: Mapping[str, int], now: Seconds) -> None:
        """Keeps what a spool ever gave up, by location; told twice it is counted once."""
        with self._transaction() as connection:
            query = select(LossRow).where(col(LossRow.spool) == spool)
            before = {row.location_no: Loss(row.results, row.since, row.last) for row in connection.execute(query)}
            for location, count in counts.items():
                no = self._registry.location(connection, location)
                found = before.get(no, NOTHING_LOST).counted(count, now)
                values = {"results": found.count, "since": found.since, "last": found.last}
                row = insert(connection, LossRow).values(spool=spool, location_no=no, **values)
                connection.execute(row.on_conflict_do_update(index_elements=["spool", "location_no"], set_=values))

    def all(self) -> dict[str, Loss]:
        """By location: what all spools gave up of it."""
        query: Any = select(LossRow, col(Location.name)).join(Location, col(Location.no) == col(LossRow.location_no))
        found: dict[str, Loss] = {}
        with self._transaction() as connection:
            for row in connection.execute(query):
                found[row.name] = together([found.get(row.name, NOTHING_LOST), Loss(row.results, row.since, row.last)])
        return found
