"""Results: accepted in one transaction with their inbox row, read back by slot range.

Accepting the same result again changes nothing. Two different results for one slot, check and location are
settled by `core.vote.preferred`, never by which came first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from monitor.core.archive import DAY
from monitor.core.failure import FAILURE_CODES
from monitor.core.model import (
    STATE_CODES,
    STATES,
    Failure,
    Interval,
    Milliseconds,
    Phases,
    Seconds,
    State,
)
from monitor.core.model import Result as Seen
from monitor.core.vote import preferred
from monitor.storage import inbox, renamings
from monitor.storage.inbox import Touched
from monitor.storage.partitions import ensure_partitions
from monitor.storage.registry import Registry, batched
from monitor.storage.sealed_tables import LateResult
from monitor.storage.tables import CheckName, Component, Counter, Definition, Location, Result

_KINDS = {code: kind for kind, code in FAILURE_CODES.items()}
_DETAIL_LIMIT = 500

SEALED_DAYS, REMOVED_DAYS = "sealed_days", "removed_days"
"""The counters that hold the first day, since the epoch, that is not sealed, and the first that is not removed."""

_NOTHING_SEALED = text("insert into counter (name, value) values (:name, 0) on conflict (name) do nothing")

T = TypeVar("T")

Table: TypeAlias = type[Result] | type[LateResult]
Key: TypeAlias = tuple[int, int, int]
Rows: TypeAlias = dict[Key, tuple[Seen, dict[str, Any]]]
"""The results of one batch with the rows they become, by slot, check number and location number."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A result that cannot be accepted, and why."""

    result: Seen
    reason: str


def accept(connection: Connection, registry: Registry, results: Sequence[Seen]) -> list[Refused]:
    """Appends results and one inbox row; what it returns was not stored."""
    results = _called(connection, results)
    known = registry.definitions(connection, {result.definition for result in results})
    sealed, kept = _borders(connection, held=True)
    checks = registry.known_checks(connection, {(result.component, result.check) for result in results})
    refused, rows = list[Refused](), Rows()
    for given in results:
        if (given.component, given.check) not in checks:
            refused.append(Refused(given, "there never was such a check"))
        elif given.definition not in known:
            refused.append(Refused(given, "its definition was never in force"))
        elif given.slot < kept:
            refused.append(Refused(given, "its retention is over"))
        else:
            result = _storable(given)
            row = _row(connection, registry, result, known[result.definition])
            key = (row["slot"], row["check_no"], row["location_no"])
            if key not in rows or preferred(rows[key][0], result) is result:
                rows[key] = (result, row)
    if rows:
        late = {key: row for key, row in rows.items() if key[0] < sealed}
        fresh = {key: row for key, row in rows.items() if key[0] >= sealed}
        ensure_partitions(connection, {key[0] for key in fresh})
        for table, some in ((Result, fresh), (LateResult, late)):
            if some:
                insert_or_settle(connection, some, table)
        _note_certificates(connection, rows)
        inbox.leave(connection, _touched(connection, registry, rows))
    return refused


def _called(connection: Connection, results: Sequence[Seen]) -> Sequence[Seen]:
    """A spool may hold results of a component that was given another id in the meantime."""
    names = renamings.current(connection)
    if not names:
        return results
    return [replace(each, component=names.get(each.component, each.component)) for each in results]


def _storable(result: Seen) -> Seen:
    """The result as it will read back: what is compared is what is kept, and PostgreSQL takes no NUL in a text."""
    if result.failure is None:
        return result
    detail = result.failure.detail.replace("\0", "\N{REPLACEMENT CHARACTER}")
    detail = detail.encode(errors="replace").decode()[:_DETAIL_LIMIT]
    return replace(result, failure=Failure(result.failure.kind, detail))


def _row(connection: Connection, registry: Registry, result: Seen, definition_no: int) -> dict[str, Any]:
    failure, phases = result.failure, result.phases
    return {
        "slot": result.slot,
        "check_no": registry.check(connection, result.component, result.check),
        "location_no": registry.location(connection, result.location),
        "outcome": STATE_CODES[result.outcome],
        "definition_no": definition_no,
        "start_ms": result.started_ms - result.slot * 1000,
        "total_ms": phases.total_ms,
        "dns_ms": phases.dns_ms,
        "connect_ms": phases.connect_ms,
        "tls_ms": phases.tls_ms,
        "first_byte_ms": phases.first_byte_ms,
        "attempts": result.attempts,
        "kind": FAILURE_CODES[failure.kind] if failure else None,
        "detail": failure.detail if failure and failure.detail else None,
        "first_kind": FAILURE_CODES[result.first_failure] if result.first_failure else None,
        "first_ms": result.first_failure_ms,
    }


def sealed_until(connection: Connection) -> Seconds:
    """Where the days that lie open begin: what is older is sealed, and what comes for it waits beside it."""
    return _borders(connection)[0]


def kept_from(connection: Connection) -> Seconds:
    """From when on results are kept: the retention of what is older was over."""
    return _borders(connection)[1]


def _borders(connection: Connection, *, held: bool = False) -> tuple[Seconds, Seconds]:
    """Both. `held`: against a change for the rest of the transaction, on PostgreSQL by a lock (on SQLite nobody else
    writes meanwhile), so that no row slips in behind a sweep."""
    query = select(col(Counter.name), col(Counter.value)).where(col(Counter.name).in_([SEALED_DAYS, REMOVED_DAYS]))
    if held and connection.dialect.name == "postgresql":
        query = query.with_for_update(read=True)
    days = {row.name: row.value for row in connection.execute(query)}
    if held and SEALED_DAYS not in days and connection.dialect.name == "postgresql":
        # Before the first sealing there is no row to lock: it is made, by whoever comes first.
        connection.execute(_NOTHING_SEALED, {"name": SEALED_DAYS})
        days = {row.name: row.value for row in connection.execute(query)}
    return days.get(SEALED_DAYS, 0) * DAY, days.get(REMOVED_DAYS, 0) * DAY


def insert_or_settle(connection: Connection, rows: Rows, table: Table) -> None:
    """Inserts what is new; where a row stands already, keeps the preferred one of the two."""
    try:
        with connection.begin_nested():
            # In one order everywhere, so that two hubs that insert the same never wait for each other.
            connection.execute(insert(table), [rows[key][1] for key in sorted(rows)])
    except IntegrityError:
        _settle(connection, rows, table)


def _settle(connection: Connection, rows: Rows, table: Table) -> None:
    """Locks what stands, so that of several hubs that settle one slot each sees what the one before it kept."""
    found = standing(connection, rows, table, held=True)
    for key, (old, _) in found.items():
        newer, row = rows[key]
        if old != newer and preferred(old, newer) is newer:
            connection.execute(update(table).where(_is(table, key)).values(**row))
    new = {key: pair for key, pair in rows.items() if key not in found}
    if new:
        insert_or_settle(connection, new, table)


def standing(connection: Connection, keys: Iterable[Key], table: Table, *, held: bool = False) -> Rows:
    """Those of the results that are there; `held` against other hubs for the rest of the transaction."""
    found = Rows()
    names = list(table.model_fields)
    for some in batched(sorted(keys), 300):
        query = joined(table).where(or_(*(_is(table, key) for key in some)))
        query = query.order_by(col(table.slot), col(table.check_no), col(table.location_no))
        for row in connection.execute(query.with_for_update(of=table) if held else query):
            found[row.slot, row.check_no, row.location_no] = (seen(row), dict(zip(names, row, strict=False)))
    return found


def _is(table: Table, key: Key) -> ColumnElement[bool]:
    slot, check_no, location_no = key
    return and_(col(table.slot) == slot, col(table.check_no) == check_no, col(table.location_no) == location_no)


def _note_certificates(connection: Connection, rows: Rows) -> None:
    """Keeps when the certificate that each check saw last expires; a late result does not bring back an old one."""
    newest = {
        check_no: (slot, seen.certificate_expires)
        for (slot, check_no, _), (seen, _) in sorted(rows.items(), key=lambda item: item[0])
        if seen.certificate_expires is not None
    }
    for check_no, (slot, expires) in newest.items():
        later = select(col(Result.slot)).where(col(Result.slot) > slot, col(Result.check_no) == check_no).limit(1)
        if connection.execute(later).first() is None:
            connection.execute(
                update(CheckName)
                .where(col(CheckName.no) == check_no, col(CheckName.certificate_expires).is_distinct_from(expires))
                .values(certificate_expires=expires)
            )


def _touched(connection: Connection, registry: Registry, rows: Rows) -> dict[int, Touched]:
    """By component: from the first slot touched to the second after the last slot began, and who reported."""
    slots: dict[int, list[Seconds]] = defaultdict(list)
    reporters: dict[int, set[tuple[int, int]]] = defaultdict(set)
    bad: set[int] = set()
    for (slot, check_no, location_no), (seen, _) in rows.items():
        no = registry.component(connection, seen.component)
        slots[no].append(slot)
        reporters[no].add((check_no, location_no))
        if seen.outcome is not State.UP:
            bad.add(no)
    return {no: Touched([Interval(min(own), max(own) + 1)], reporters[no], no in bad) for no, own in slots.items()}


def joined(table: Table) -> Any:
    """Rows of results with the names that their numbers stand for; `seen` reads them."""
    return (
        select(
            table,
            col(CheckName.name).label("check"),
            col(Component.id).label("component"),
            col(Location.name).label("location"),
            col(Definition.digest).label("definition"),
        )
        .join(CheckName, col(CheckName.no) == col(table.check_no))
        .join(Component, col(Component.no) == col(CheckName.component_no))
        .join(Location, col(Location.no) == col(table.location_no))
        .join(Definition, col(Definition.no) == col(table.definition_no))
    )


def read(
    connection: Connection, start: Seconds, end: Seconds, components: Sequence[int] | None = None
) -> Iterator[Seen]:
    """Results of days that lie open, of the slots that start in `[start, end)`, in order, of all components or some."""
    query = joined(Result).where(col(Result.slot) >= start, col(Result.slot) < end)
    if components is not None:
        query = query.where(col(Component.no).in_(components))
    for row in connection.execute(query.order_by(col(Result.slot), col(Result.check_no), col(Result.location_no))):
        yield seen(row)


def latencies(connection: Connection, start: Seconds, end: Seconds) -> dict[str, dict[Milliseconds, int]]:
    """By component: how often each total time of a good answer was seen in `[start, end)`, in open days."""
    query = (
        select(col(Component.id), col(Result.total_ms), func.count())
        .join(CheckName, col(CheckName.no) == col(Result.check_no))
        .join(Component, col(Component.no) == col(CheckName.component_no))
        .where(
            col(Result.slot) >= start,
            col(Result.slot) < end,
            col(Result.outcome).in_([0, 1]),
            col(Result.total_ms).is_not(None),
        )
        .group_by(col(Component.id), col(Result.total_ms))
    )
    counts: dict[str, dict[Milliseconds, int]] = {}
    for component, total_ms, count in connection.execute(query):
        counts.setdefault(component, {})[total_ms or 0] = count
    return counts


def seen(row: Row[Any]) -> Seen:
    """A row of `joined`. Taken apart by position: by name it takes four times as long, and they come by the million."""
    values: tuple[Any, ...] = tuple(row)
    slot, _, _, outcome, _, start_ms, total_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, attempts = values[:12]
    kind, detail, first_kind, first_ms, check, component, location, definition = values[12:]
    return Seen(
        component=component,
        check=check,
        location=location,
        slot=slot,
        started_ms=slot * 1000 + start_ms,
        outcome=STATES[outcome],
        definition=definition,
        phases=Phases(dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms),
        attempts=attempts,
        failure=Failure(_KINDS[kind], detail or "") if kind else None,
        first_failure=_KINDS[first_kind] if first_kind else None,
        first_failure_ms=first_ms,
    )
