"""Reading sealed days: what was reported in them, whole results, and what the ledger was told of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from monitor.core.archive import DAY, MISSING, Cells, cells, digest_of, unseal
from monitor.core.calendar import format_instant
from monitor.core.model import STATES, Seconds, digest
from monitor.core.model import Result as Seen
from monitor.core.timeline import Report
from monitor.core.vote import preferred
from monitor.storage import ledger, results
from monitor.storage.sealed_tables import LateResult, SealedBlock, SealedDay
from monitor.storage.tables import CheckName, Component, Location

SEALED, RESEALED, REMOVED = "day sealed", "day resealed", "day removed"
ENTERED = (SEALED, RESEALED, REMOVED)
"""Kinds of entries in the ledger about days."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A check and a location, by number and by name."""

    check_no: int
    location_no: int
    component: str
    check: str
    location: str


def pair_of(connection: Connection, check_no: int, location: int | str) -> Pair:
    """The pair of a check's number and a location's number or name."""
    named = col(Location.no) if isinstance(location, int) else col(Location.name)
    query = (
        select(col(Component.id), col(CheckName.name))
        .join(CheckName, col(CheckName.component_no) == col(Component.no))
        .where(col(CheckName.no) == check_no)
    )
    component, check = connection.execute(query).one()
    place = connection.execute(select(Location).where(named == location)).one()
    return Pair(check_no, place.no, component, check, place.name)


def add_reports(
    connection: Connection,
    reports: dict[int, dict[Seconds, dict[str, Report]]],
    start: Seconds,
    end: Seconds,
    numbers: Sequence[int] | None,
) -> None:
    """Adds what was reported in the sealed days, by check, slot and location, of these checks or of all.

    Slots that were seen alike share one mapping, so nobody may write into it.
    """
    for check_no, day, blocks in _blocks_by_check(connection, start, end, numbers):
        found = reports[check_no]
        for slot, seen in _combined(blocks, day * DAY):
            if start <= slot < end:
                found[slot] = {**found[slot], **seen} if slot in found else seen
    for check_no, late in _late(connection, start, end, numbers):
        found = reports[check_no]
        if late.location in found.get(late.slot, {}):
            late = preferred(late, _sealed_result(connection, check_no, late) or late)
        found[late.slot] = {**found.get(late.slot, {}), late.location: (late.outcome, late.definition)}


def read(connection: Connection, start: Seconds, end: Seconds, component_no: int) -> list[Seen]:
    """Results of one component in the slots that start in `[start, end)`, sealed, late or of open days, in order."""
    query = select(col(CheckName.no)).where(col(CheckName.component_no) == component_no)
    numbers = [no for no in connection.execute(query).scalars() if no is not None]
    found: dict[tuple[Seconds, str, str], Seen] = {}
    for check_no, day, blocks in _blocks_by_check(connection, start, end, numbers):
        for location, block in blocks.items():
            pair = pair_of(connection, check_no, location)
            for seen in unseal(block, component=pair.component, check=pair.check, location=location, day=day * DAY):
                _keep(found, seen)
    for _, late in _late(connection, start, end, numbers):
        _keep(found, late)
    for seen in results.read(connection, start, end, [component_no]):
        _keep(found, seen)
    inside = [seen for seen in found.values() if start <= seen.slot < end]
    return sorted(inside, key=lambda seen: (seen.slot, seen.check, seen.location))


def summary(connection: Connection, day: int) -> dict[str, Any]:
    """What the ledger is told of a sealed day: how much it holds, and one digest over all its blocks."""
    query = (
        select(
            col(Component.id), col(CheckName.name), col(Location.name), col(SealedBlock.digest), col(SealedBlock.count)
        )
        .join(CheckName, col(CheckName.no) == col(SealedBlock.check_no))
        .join(Component, col(Component.no) == col(CheckName.component_no))
        .join(Location, col(Location.no) == col(SealedBlock.location_no))
        .where(col(SealedBlock.day) == day)
    )
    rows = connection.execute(query).all()
    blocks = sorted([component, check, location, digest_] for component, check, location, digest_, _ in rows)
    total = sum(count for _, _, _, _, count in rows)
    return {"day": day_name(day), "blocks": len(blocks), "results": total, "digest": digest(blocks)}


def day_name(day: int) -> str:
    """`2026-11-24`."""
    return format_instant(day * DAY)[:10]


def damage(connection: Connection) -> Iterator[str]:
    """Every sealed block that is not what its digest says, and every day that is not what the ledger says; in words."""
    query = select(SealedBlock).order_by(col(SealedBlock.day), col(SealedBlock.check_no), col(SealedBlock.location_no))
    # A few at a time: two years of blocks are hundreds of megabytes.
    for row in connection.execute(query.execution_options(yield_per=200)):
        if not _is_whole(row.block, row.digest):
            pair = pair_of(connection, row.check_no, row.location_no)
            name = f"{pair.component}/{pair.check} from {pair.location}"
            yield f"the sealed results of {name} on {day_name(row.day)} are not those that were sealed"
    entries = [entry for entry in ledger.read(connection) if entry.kind in ENTERED]
    newest = {entry.payload["day"]: entry for entry in entries}
    sealed = select(SealedDay).where(col(SealedDay.stage) == "sealed").order_by(col(SealedDay.day))
    for day in connection.execute(sealed):
        entry = newest.pop(day_name(day.day), None)
        if not day.owed and (entry is None or entry.payload != summary(connection, day.day)):
            yield f"the sealed day {day_name(day.day)} is not the one that the ledger tells of"
    for name, entry in newest.items():
        if entry.kind != REMOVED:
            yield f"the sealed day {name} is gone, and ledger entry {entry.number} says it was there"


def _is_whole(block: bytes, expected: str) -> bool:
    try:
        return digest_of(block) == expected
    except ValueError:
        return False


def _combined(blocks: dict[str, bytes], start: Seconds) -> Iterator[tuple[Seconds, dict[str, Report]]]:
    """By slot: what each location reported. On one grid and with one definition each, patterns are told apart once."""
    opened = {location: cells(block) for location, block in blocks.items()}
    step = {each.step for each in opened.values()}
    singles = {location: each.single for location, each in opened.items()}
    if len(step) == 1 and all(single is not None for single in singles.values()):
        yield from _patterns(opened, start, step.pop())
        return
    slots: dict[Seconds, dict[str, Report]] = defaultdict(dict)
    for location, each in opened.items():
        for slot, outcome, definition in each.slots(start):
            slots[slot][location] = (STATES[outcome], definition)
    yield from sorted(slots.items())


def _patterns(opened: dict[str, Cells], start: Seconds, step: Seconds) -> Iterator[tuple[Seconds, dict[str, Report]]]:
    known: dict[tuple[int, ...], dict[str, Report]] = {}
    columns = zip(*(each.outcomes for each in opened.values()), strict=True)
    for index, pattern in enumerate(columns):
        seen = known.get(pattern)
        if seen is None:
            seen = known[pattern] = {
                location: (STATES[outcome], each.definitions[0])
                for (location, each), outcome in zip(opened.items(), pattern, strict=True)
                if outcome != MISSING
            }
        if seen:
            yield start + index * step, seen


def _blocks_by_check(
    connection: Connection, start: Seconds, end: Seconds, numbers: Sequence[int] | None
) -> Iterator[tuple[int, int, dict[str, bytes]]]:
    """Check number, day, and the blocks by location."""
    query = (
        select(col(SealedBlock.day), col(SealedBlock.check_no), col(Location.name), col(SealedBlock.block))
        .join(Location, col(Location.no) == col(SealedBlock.location_no))
        .where(col(SealedBlock.day) >= start // DAY, col(SealedBlock.day) <= (end - 1) // DAY)
        .order_by(col(SealedBlock.day), col(SealedBlock.check_no), col(Location.name))
    )
    if numbers is not None:
        query = query.where(col(SealedBlock.check_no).in_(numbers))
    for (day, check_no), rows in groupby(connection.execute(query), key=lambda row: (row[0], row[1])):
        yield check_no, day, {location: block for _, _, location, block in rows}


def _late(
    connection: Connection, start: Seconds, end: Seconds, numbers: Sequence[int] | None
) -> Iterator[tuple[int, Seen]]:
    query = results.joined(LateResult).where(col(LateResult.slot) >= start, col(LateResult.slot) < end)
    if numbers is not None:
        query = query.where(col(LateResult.check_no).in_(numbers))
    for row in connection.execute(query.order_by(col(LateResult.slot))).all():
        yield row.check_no, results.seen(row)


def _sealed_result(connection: Connection, check_no: int, like: Seen) -> Seen | None:
    """The sealed result for the slot, check and location of another one."""
    day = like.slot // DAY
    for _, _, blocks in _blocks_by_check(connection, day * DAY, (day + 1) * DAY, [check_no]):
        if like.location in blocks:
            block = blocks[like.location]
            whole = unseal(block, component=like.component, check=like.check, location=like.location, day=day * DAY)
            return next((seen for seen in whole if seen.slot == like.slot), None)
    return None


def _keep(found: dict[tuple[Seconds, str, str], Seen], seen: Seen) -> None:
    key = (seen.slot, seen.check, seen.location)
    found[key] = preferred(found[key], seen) if key in found else seen
