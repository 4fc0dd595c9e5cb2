"""What the next step of sealing writes, read and packed beforehand: the long part of it, and it only reads.

It may be done by a reader beside the writer. Rows of a day that is being sealed do not change any more (what comes for
it is put beside it), and late results are compared again when they are written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, select
from sqlmodel import col

from monitor.core.archive import DAY, Sealed, seal, unseal
from monitor.core.model import Result as Seen
from monitor.core.model import Seconds
from monitor.core.vote import preferred
from monitor.storage import results
from monitor.storage.registry import check_names
from monitor.storage.results import Rows
from monitor.storage.sealed import Pair, pair_of
from monitor.storage.sealed_tables import LateResult, SealedBlock, SealedDay
from monitor.storage.tables import Location, Result
from monitor.storage.terms import read_terms

_SWEPT = 1000
"""Rows that one step of the sweep looks at."""

_AT_ONCE = 5000
"""Slots asked for in one statement."""

LATE_EVERY: Seconds = 3600


@dataclass(frozen=True, slots=True)
class Packed:
    """The pair at a position of a day that is being sealed; `sealed` is None where it reported nothing."""

    day: int
    position: int
    pair: Pair
    sealed: Sealed | None


@dataclass(frozen=True, slots=True)
class AllPacked:
    """Every pair of the day has its block: its rows may go."""

    day: int


@dataclass(frozen=True, slots=True)
class Swept:
    """The rows of a day in `[start, until)`: they go, after the odd ones, which no block holds, were put beside it."""

    day: int
    start: Seconds
    until: Seconds
    odd: Rows

    @property
    def last(self) -> bool:
        return self.until == (self.day + 1) * DAY


@dataclass(frozen=True, slots=True)
class Late:
    """One pair's late results of a day, sealed together with what was sealed of it before."""

    day: int
    pair: Pair
    late: Sequence[Seen]
    sealed: Sealed


Work: TypeAlias = Packed | AllPacked | Swept | Late


@dataclass(frozen=True, slots=True)
class Held:
    """A pair that is sealed on a day, on the grids of these slots."""

    pair: Pair
    everies: frozenset[Seconds]

    def slots(self, day: int) -> list[Seconds]:
        return sorted({slot for every in self.everies for slot in range(day * DAY, (day + 1) * DAY, every)})


class Packing:
    """Finds what is to be written next; remembers the pairs of the day that is being sealed."""

    def __init__(self) -> None:
        self._day: tuple[int, list[Held]] = (-1, [])
        self._late_from: Seconds = 0

    def next(self, connection: Connection, now: Seconds) -> Work | None:
        """None when no day is being sealed, and no late result waits that is to be taken in by now."""
        query = select(SealedDay).where(col(SealedDay.stage).in_(["sealing", "sweeping"])).limit(1)
        row = connection.execute(query).first()
        if row is None:
            return self._late(connection, now)
        if self._day[0] != row.day:
            self._day = (row.day, held(connection, row.day))
        if row.stage == "sweeping":
            return self._sweep(connection, row.day, row.position)
        if row.position >= len(self._day[1]):
            return AllPacked(row.day)
        item = self._day[1][row.position]
        found = list(_open_results(connection, item, row.day))
        return Packed(row.day, row.position, item.pair, _sealed(row.day, found) if found else None)

    def _sweep(self, connection: Connection, day: int, position: int) -> Swept:
        end = (day + 1) * DAY
        border = connection.execute(
            select(col(Result.slot))
            .where(col(Result.slot) >= position, col(Result.slot) < end)
            .order_by(col(Result.slot))
            .offset(_SWEPT)
            .limit(1)
        ).scalar()
        until = end if border is None else max(border, position + 1)
        everies = {(item.pair.check_no, item.pair.location_no): item.everies for item in self._day[1]}
        here = and_(col(Result.slot) >= position, col(Result.slot) < until)
        key = col(Result.slot), col(Result.check_no), col(Result.location_no)
        odd = [
            (slot, check_no, location_no)
            for slot, check_no, location_no in connection.execute(select(*key).where(here))
            if all(slot % every for every in everies.get((check_no, location_no), ()))
        ]
        return Swept(day, position, until, results.standing(connection, odd, Result))

    def _late(self, connection: Connection, now: Seconds) -> Late | None:
        if now < self._late_from:
            return None
        first = connection.execute(select(LateResult).order_by(col(LateResult.slot)).limit(1)).first()
        if first is None:
            # Not at once again: what is catching up is sealed in few goes.
            self._late_from = now + LATE_EVERY
            return None
        day, pair = first.slot // DAY, pair_of(connection, first.check_no, first.location_no)
        late = late_results(connection, day, pair)
        return Late(day, pair, late, _sealed(day, [*_sealed_results(connection, day, pair), *late]))


def late_results(connection: Connection, day: int, pair: Pair) -> list[Seen]:
    """In order of their slots."""
    query = results.joined(LateResult).where(are_late(day, pair)).order_by(col(LateResult.slot))
    return [results.seen(row) for row in connection.execute(query)]


def are_late(day: int, pair: Pair) -> ColumnElement[bool]:
    """The late results of a pair on a day."""
    return and_(
        col(LateResult.slot) >= day * DAY,
        col(LateResult.slot) < (day + 1) * DAY,
        col(LateResult.check_no) == pair.check_no,
        col(LateResult.location_no) == pair.location_no,
    )


def is_block(day: int, pair: Pair) -> ColumnElement[bool]:
    """The block of a pair on a day."""
    return and_(
        col(SealedBlock.day) == day,
        col(SealedBlock.check_no) == pair.check_no,
        col(SealedBlock.location_no) == pair.location_no,
    )


def held(connection: Connection, day: int) -> list[Held]:
    """The pairs of a check and a location whose terms were in force on a day."""
    found: dict[tuple[int, str], set[Seconds]] = defaultdict(set)
    for check_no, terms in (item for items in read_terms(connection, after=day * DAY).values() for item in items):
        if terms.start < (day + 1) * DAY:
            for location in terms.locations:
                found[check_no, location].add(terms.every)
    names = check_names(connection)
    numbers: dict[str, int] = {row.name: row.no for row in connection.execute(select(Location))}
    return [
        Held(Pair(check_no, numbers[location], *names[check_no], location), frozenset(found[check_no, location]))
        for check_no, location in sorted(found)
    ]


def _open_results(connection: Connection, item: Held, day: int) -> Iterator[Seen]:
    """The results of a pair by their slots: looked up one by one, no other check's rows are walked through."""
    slots = item.slots(day)
    for start in range(0, len(slots), _AT_ONCE):
        query = results.joined(Result).where(
            col(Result.slot).in_(slots[start : start + _AT_ONCE]),
            col(Result.check_no) == item.pair.check_no,
            col(Result.location_no) == item.pair.location_no,
        )
        yield from map(results.seen, connection.execute(query))


def _sealed_results(connection: Connection, day: int, pair: Pair) -> list[Seen]:
    block = connection.execute(select(col(SealedBlock.block)).where(is_block(day, pair))).scalar()
    if block is None:
        return []
    return unseal(block, component=pair.component, check=pair.check, location=pair.location, day=day * DAY)


def _sealed(day: int, found: Iterable[Seen]) -> Sealed:
    """Of several results for one slot the preferred one."""
    chosen: dict[Seconds, Seen] = {}
    for result in found:
        standing = chosen.get(result.slot)
        chosen[result.slot] = result if standing is None else preferred(standing, result)
    return seal(day * DAY, chosen.values())
