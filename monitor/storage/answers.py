"""How long answers took on sealed days, for charts. Open days are counted by `Store.latencies`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlmodel import col

from monitor.core.archive import DAY, answer_times
from monitor.core.model import Milliseconds, Seconds
from monitor.storage import results
from monitor.storage.notices import Transaction
from monitor.storage.sealed_tables import SealedBlock, SealedDay
from monitor.storage.tables import CheckName, Component


@dataclass(frozen=True, slots=True)
class SealedDays:
    """`tags` by start of day: equal tags, equal results. Days from `open_from` on are to be counted by their rows."""

    tags: Mapping[Seconds, int]
    open_from: Seconds


class Answers:
    """Reads total times of answers (up or degraded) of one component: of all its checks and locations together."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def sealed(self, component: str, start: Seconds, end: Seconds) -> SealedDays:
        """The sealed days that begin in `[start, end)` and hold results of the component."""
        query = (
            _blocks(component, col(SealedBlock.day), col(SealedBlock.digest))
            .join(SealedDay, col(SealedDay.day) == col(SealedBlock.day))
            .where(col(SealedDay.stage) != "sealing", col(SealedBlock.day) >= start // DAY)
            .where(col(SealedBlock.day) < -(-end // DAY))
            .order_by(col(SealedBlock.day), col(SealedBlock.check_no), col(SealedBlock.location_no))
        )
        found: dict[Seconds, list[str]] = defaultdict(list)
        with self._transaction() as connection:
            for day, digest in connection.execute(query):
                found[day * DAY].append(digest)
            return SealedDays({day: hash(tuple(digests)) for day, digests in found.items()}, _open_from(connection))

    def day(self, component: str, day: Seconds) -> Sequence[Sequence[Milliseconds]]:
        """By hour of the sealed day that begins at `day`: how long each answer took, in no order."""
        hours: list[list[Milliseconds]] = [[] for _ in range(24)]
        query = _blocks(component, col(SealedBlock.block)).where(col(SealedBlock.day) == day // DAY)
        with self._transaction() as connection:
            blocks = list(connection.execute(query).scalars())
        for block in blocks:
            for hour, times in enumerate(answer_times(block)):
                hours[hour] += times
        return hours


def _blocks(component: str, *columns: Any) -> Any:
    return (
        select(*columns)
        .join(CheckName, col(CheckName.no) == col(SealedBlock.check_no))
        .join(Component, col(Component.no) == col(CheckName.component_no))
        .where(col(Component.id) == component)
    )


def _open_from(connection: Connection) -> Seconds:
    """Rows of a day that is being sealed are all there until its blocks are."""
    query = select(func.min(col(SealedDay.day))).where(col(SealedDay.stage) == "sealing")
    sealing = connection.execute(query).scalar()
    return results.sealed_until(connection) if sealing is None else sealing * DAY
