"""Sealing days in small steps: one short transaction each, and a kill anywhere leaves a stage to go on from.

The counter of sealed days grows before a day is sealed. From then on what comes for that day is put beside it
(`results.accept`), so that the sweep deletes no row that no block holds.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeAlias, assert_never

from sqlalchemy import Connection, and_, delete, func, insert, select, tuple_, update
from sqlmodel import col

from monitor.core.archive import DAY, Sealed, hours_document
from monitor.core.housekeeping import SEALED_AFTER, expired, sealable
from monitor.core.model import Seconds
from monitor.storage import ledger, results
from monitor.storage.packing import AllPacked, Late, Packed, Packing, Swept, Work, are_late, is_block, late_results
from monitor.storage.partitions import drop_partition
from monitor.storage.sealed import REMOVED, RESEALED, SEALED, Pair, summary
from monitor.storage.sealed_tables import LateResult, SealedBlock, SealedDay
from monitor.storage.tables import Component, Counter, Result
from monitor.storage.terms import read_terms

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]

_CLEARED = 200
"""Blocks of removed days that go in one step."""

_ACTOR = "janji"


class Sealing:
    """Seals days, seals them again with what came late, and removes them in the end."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._packing = Packing()

    def prepare(self, now: Seconds) -> Work | None:
        """What the next step is to write, if that takes reading and packing. It only reads: asked of a store for
        reading it holds up no writer."""
        with self._transaction() as connection:
            return self._packing.next(connection, now)

    def step(self, now: Seconds, retention: Seconds, work: Work | None = None) -> bool:
        """Does one piece of what is due, `work` if it was prepared; False when there was nothing."""
        with self._transaction() as connection:
            ready = self._packing.next(connection, now) if work is None else work
            if ready is not None:
                _write(connection, ready)
                return True
            return (
                _enter(connection, now)
                or _begin(connection, now)
                or _remove(connection, now, retention)
                or _clear(connection)
            )


def _write(connection: Connection, work: Work) -> None:
    """Unless it was done already, or is another matter by now: then the next step prepares it again."""
    match work:
        case Packed():
            if _stands(connection, work.day, "sealing", work.position):
                if work.sealed is not None:
                    _put(connection, work.day, work.pair, work.sealed)
                _set(connection, work.day, position=work.position + 1)
        case AllPacked():
            _set(connection, work.day, stage="sweeping", position=work.day * DAY)
        case Swept():
            if _stands(connection, work.day, "sweeping", work.start):
                _sweep(connection, work)
        case Late():
            _take_in(connection, work)
        case _:
            assert_never(work)


def _stands(connection: Connection, day: int, stage: str, position: int) -> bool:
    query = select(SealedDay).where(col(SealedDay.day) == day).with_for_update()
    row = connection.execute(query).first()
    return row is not None and (row.stage, row.position) == (stage, position)


def _begin(connection: Connection, now: Seconds) -> bool:
    first = results.sealed_until(connection) // DAY or _oldest_day(connection)
    if first is None or now < (first + 1) * DAY + SEALED_AFTER:
        return False
    day = sealable(first, now, _watermarks(connection, first))
    if day is None:
        return False
    _set_counter(connection, results.SEALED_DAYS, day + 1)
    connection.execute(insert(SealedDay).values(day=day, stage="sealing", position=0, owed=False))
    return True


def _sweep(connection: Connection, work: Swept) -> None:
    """Deletes what is sealed. A row that no block holds (probed on another grid) waits with the late ones."""
    if work.odd:
        results.insert_or_settle(connection, dict(work.odd), LateResult)
    if connection.dialect.name != "postgresql":
        here = and_(col(Result.slot) >= work.start, col(Result.slot) < work.until)
        connection.execute(delete(Result).where(here))
    if not work.last:
        _set(connection, work.day, position=work.until)
        return
    if connection.dialect.name == "postgresql":
        drop_partition(connection, work.day * DAY)
    if connection.execute(select(func.count()).where(col(SealedBlock.day) == work.day)).scalar():
        _set(connection, work.day, stage="sealed", owed=True)
    else:
        # Nothing was probed on that day: there is nothing to tell the ledger of.
        connection.execute(delete(SealedDay).where(col(SealedDay.day) == work.day))


def _take_in(connection: Connection, work: Late) -> None:
    """What was sealed together goes, unless one more came or a better one took a place since it was read."""
    if late_results(connection, work.day, work.pair) != list(work.late):
        return
    _put(connection, work.day, work.pair, work.sealed)
    _set(connection, work.day, owed=True)
    connection.execute(delete(LateResult).where(are_late(work.day, work.pair)))


def _enter(connection: Connection, now: Seconds) -> bool:
    """Into the ledger: what the blocks of a day are by now."""
    row = connection.execute(select(SealedDay).where(col(SealedDay.owed)).limit(1)).first()
    if row is None:
        return False
    kind = SEALED if row.entry is None else RESEALED
    _note(connection, row.day, kind, now)
    return True


def _remove(connection: Connection, now: Seconds, retention: Seconds) -> bool:
    """From here on the day is gone for whoever asks; its blocks follow by and by."""
    over = and_(col(SealedDay.stage) == "sealed", col(SealedDay.day) < expired(now, retention))
    day = connection.execute(select(func.min(col(SealedDay.day))).where(over)).scalar()
    if day is None:
        return False
    _note(connection, day, REMOVED, now)
    _set(connection, day, stage="removed")
    _set_counter(connection, results.REMOVED_DAYS, day + 1)
    return True


def _clear(connection: Connection) -> bool:
    """Some blocks of removed days."""
    key = col(SealedBlock.day), col(SealedBlock.check_no), col(SealedBlock.location_no)
    first = select(*key).where(col(SealedBlock.day) < results.kept_from(connection) // DAY).limit(_CLEARED)
    keys = [tuple(row) for row in connection.execute(first)]
    if keys:
        connection.execute(delete(SealedBlock).where(tuple_(*key).in_(keys)))
    return bool(keys)


def _note(connection: Connection, day: int, kind: str, now: Seconds) -> None:
    payload = summary(connection, day)
    entry = ledger.append(connection, at=now, actor=_ACTOR, kind=kind, payload=payload)
    _set(connection, day, owed=False, entry=entry.number)


def _put(connection: Connection, day: int, pair: Pair, sealed: Sealed) -> None:
    """A block, in place of what was sealed of the pair."""
    connection.execute(delete(SealedBlock).where(is_block(day, pair)))
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
