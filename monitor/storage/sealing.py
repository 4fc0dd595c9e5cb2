"""Sealing days in small steps: one short transaction each, and a kill anywhere leaves a stage to go on from.

The counter of sealed days grows before a day is sealed. From then on what comes for that day is put beside it
(`results.accept`), so that the sweep deletes no row that no block holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from sqlmodel import col

from monitor.core.archive import DAY, hours_document, seal, unseal
from monitor.core.housekeeping import expired, sealable
from monitor.core.model import Result as Seen
from monitor.core.model import Seconds
from monitor.core.vote import preferred
from monitor.storage import ledger, results
from monitor.storage.partitions import drop_partition
from monitor.storage.sealed import REMOVED, RESEALED, SEALED, Pair, pair_of, summary
from monitor.storage.sealed_tables import LateResult, SealedBlock, SealedDay
from monitor.storage.tables import Component, Counter, Result
from monitor.storage.terms import read_terms

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]

_SWEPT = 2000
"""Rows that one step of the sweep looks at."""

_AT_ONCE = 5000
"""Slots asked for in one statement."""

_LATE_EVERY: Seconds = 3600
_ACTOR = "janji"


@dataclass(frozen=True, slots=True)
class _Held:
    """A pair that is sealed on a day, on the grids of these slots."""

    pair: Pair
    everies: frozenset[Seconds]

    def slots(self, day: int) -> list[Seconds]:
        return sorted({slot for every in self.everies for slot in range(day * DAY, (day + 1) * DAY, every)})


class Sealing:
    """Seals days, seals them again with what came late, and removes them in the end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._day: tuple[int, list[_Held]] = (-1, [])
        self._late_from: Seconds = 0

    def step(self, now: Seconds, retention: Seconds) -> bool:
        """Does one piece of the work that is due; False when there was none."""
        with self._transaction() as connection:
            return (
                self._go_on(connection)
                or self._take_in(connection, now)
                or self._enter(connection, now)
                or self._begin(connection, now)
                or self._remove(connection, now, retention)
            )

    def _begin(self, connection: Connection, now: Seconds) -> bool:
        first = results.sealed_until(connection) // DAY or _oldest_day(connection)
        day = None if first is None else sealable(first, now, _watermarks(connection, first))
        if day is None:
            return False
        _set_counter(connection, results.SEALED_DAYS, day + 1)
        connection.execute(insert(SealedDay).values(day=day, stage="sealing", position=0, owed=False))
        return True

    def _go_on(self, connection: Connection) -> bool:
        query = select(SealedDay).where(col(SealedDay.stage).in_(["sealing", "sweeping"])).limit(1)
        row = connection.execute(query).first()
        if row is None:
            return False
        if self._day[0] != row.day:
            self._day = (row.day, _held(connection, row.day))
        if row.stage == "sealing":
            self._seal_next(connection, row.day, row.position)
        else:
            self._sweep(connection, row.day, row.position)
        return True

    def _seal_next(self, connection: Connection, day: int, position: int) -> None:
        held = self._day[1]
        if position == len(held):
            _set(connection, day, stage="sweeping", position=day * DAY)
            return
        found = list(_open_results(connection, held[position], day))
        if found:
            _write(connection, day, held[position].pair, found)
        _set(connection, day, position=position + 1)

    def _sweep(self, connection: Connection, day: int, position: int) -> None:
        """Deletes what is sealed. A row that no block holds (probed on another grid) waits with the late ones."""
        end = (day + 1) * DAY
        border = connection.execute(
            select(col(Result.slot))
            .where(col(Result.slot) >= position, col(Result.slot) < end)
            .order_by(col(Result.slot))
            .offset(_SWEPT)
            .limit(1)
        ).scalar()
        until = end if border is None else max(border, position + 1)
        here = and_(col(Result.slot) >= position, col(Result.slot) < until)
        everies = {(held.pair.check_no, held.pair.location_no): held.everies for held in self._day[1]}
        for row in connection.execute(select(Result).where(here)).all():
            values: tuple[Any, ...] = tuple(row)
            slot, check_no, location_no = values[:3]
            if all(slot % every for every in everies.get((check_no, location_no), ())):
                connection.execute(insert(LateResult).values(**row._asdict()))
        if connection.dialect.name != "postgresql":
            connection.execute(delete(Result).where(here))
        if until < end:
            _set(connection, day, position=until)
            return
        if connection.dialect.name == "postgresql":
            drop_partition(connection, day * DAY)
        if connection.execute(select(func.count()).where(col(SealedBlock.day) == day)).scalar():
            _set(connection, day, stage="sealed", owed=True)
        else:
            # Nothing was probed on that day: there is nothing to tell the ledger of.
            connection.execute(delete(SealedDay).where(col(SealedDay.day) == day))

    def _take_in(self, connection: Connection, now: Seconds) -> bool:
        """One pair's late results of one day, sealed together with what was sealed of it before."""
        if now < self._late_from:
            return False
        first = connection.execute(select(LateResult).order_by(col(LateResult.slot)).limit(1)).first()
        if first is None:
            # Not at once again: what is catching up is sealed in few goes.
            self._late_from = now + _LATE_EVERY
            return False
        day, pair = first.slot // DAY, pair_of(connection, first.check_no, first.location_no)
        mine = and_(
            col(LateResult.slot) >= day * DAY,
            col(LateResult.slot) < (day + 1) * DAY,
            col(LateResult.check_no) == pair.check_no,
            col(LateResult.location_no) == pair.location_no,
        )
        late = [results.seen(row) for row in connection.execute(results.joined(LateResult).where(mine))]
        _write(connection, day, pair, [*_sealed_results(connection, day, pair), *late])
        _set(connection, day, owed=True)
        connection.execute(delete(LateResult).where(mine))
        return True

    def _enter(self, connection: Connection, now: Seconds) -> bool:
        """Into the ledger: what the blocks of a day are by now."""
        row = connection.execute(select(SealedDay).where(col(SealedDay.owed)).limit(1)).first()
        if row is None:
            return False
        kind = SEALED if row.entry is None else RESEALED
        self._note(connection, row.day, kind, now)
        return True

    def _remove(self, connection: Connection, now: Seconds, retention: Seconds) -> bool:
        over = and_(col(SealedDay.stage) == "sealed", col(SealedDay.day) < expired(now, retention))
        day = connection.execute(select(func.min(col(SealedDay.day))).where(over)).scalar()
        if day is None:
            return False
        self._note(connection, day, REMOVED, now)
        connection.execute(delete(SealedBlock).where(col(SealedBlock.day) == day))
        _set(connection, day, stage="removed")
        _set_counter(connection, results.REMOVED_DAYS, day + 1)
        return True

    def _note(self, connection: Connection, day: int, kind: str, now: Seconds) -> None:
        payload = summary(connection, day)
        entry = ledger.append(connection, at=now, actor=_ACTOR, kind=kind, payload=payload)
        _set(connection, day, owed=False, entry=entry.number)


def _held(connection: Connection, day: int) -> list[_Held]:
    """The pairs of a check and a location whose terms were in force on a day."""
    found: dict[tuple[int, str], set[Seconds]] = defaultdict(set)
    names: dict[tuple[int, str], Pair] = {}
    for check_no, terms in (item for items in read_terms(connection, after=day * DAY).values() for item in items):
        if terms.start < (day + 1) * DAY:
            for location in terms.locations:
                found[check_no, location].add(terms.every)
    for check_no, location in found:
        names[check_no, location] = pair_of(connection, check_no, location)
    return [_Held(names[key], frozenset(found[key])) for key in sorted(found)]


def _open_results(connection: Connection, held: _Held, day: int) -> Iterator[Seen]:
    """The results of a pair by their slots: looked up one by one, no other check's rows are walked through."""
    slots = held.slots(day)
    for start in range(0, len(slots), _AT_ONCE):
        query = results.joined(Result).where(
            col(Result.slot).in_(slots[start : start + _AT_ONCE]),
            col(Result.check_no) == held.pair.check_no,
            col(Result.location_no) == held.pair.location_no,
        )
        yield from map(results.seen, connection.execute(query))


def _sealed_results(connection: Connection, day: int, pair: Pair) -> list[Seen]:
    block = connection.execute(select(col(SealedBlock.block)).where(_is(day, pair))).scalar()
    if block is None:
        return []
    return unseal(block, component=pair.component, check=pair.check, location=pair.location, day=day * DAY)


def _write(connection: Connection, day: int, pair: Pair, found: Iterable[Seen]) -> None:
    """Seals the results, of several for one slot the preferred one, in place of what was sealed of the pair."""
    chosen: dict[Seconds, Seen] = {}
    for result in found:
        standing = chosen.get(result.slot)
        chosen[result.slot] = result if standing is None else preferred(standing, result)
    sealed = seal(day * DAY, chosen.values())
    connection.execute(delete(SealedBlock).where(_is(day, pair)))
    connection.execute(
        insert(SealedBlock).values(
            day=day,
            check_no=pair.check_no,
            location_no=pair.location_no,
            count=sealed.count,
            digest=sealed.digest,
            hours=hours_document(sealed.hours),
            block=sealed.block,
        )
    )


def _is(day: int, pair: Pair) -> Any:
    return and_(
        col(SealedBlock.day) == day,
        col(SealedBlock.check_no) == pair.check_no,
        col(SealedBlock.location_no) == pair.location_no,
    )


def _set(connection: Connection, day: int, **values: Any) -> None:
    """What is known of a day; one that had no results when its turn came is known from its first late one on."""
    changed = connection.execute(update(SealedDay).where(col(SealedDay.day) == day).values(**values))
    if changed.rowcount == 0:
        connection.execute(insert(SealedDay).values(**{"day": day, "stage": "sealed", "position": 0, **values}))


def _oldest_day(connection: Connection) -> int | None:
    slot = connection.execute(select(func.min(col(Result.slot)))).scalar()
    return None if slot is None else slot // DAY


def _watermarks(connection: Connection, day: int) -> list[Seconds]:
    """Of the components that have a check in force at the day's end or later: the others are settled for good."""
    going_on = read_terms(connection, after=(day + 1) * DAY)
    query = select(col(Component.no), col(Component.watermark), col(Component.since))
    return [mark if mark is not None else since or 0 for no, mark, since in connection.execute(query) if no in going_on]


def _set_counter(connection: Connection, name: str, value: int) -> None:
    changed = connection.execute(update(Counter).where(col(Counter.name) == name).values(value=value))
    if changed.rowcount == 0:
        connection.execute(insert(Counter).values(name=name, value=value))
