"""Results: accepted in one transaction with their inbox row, read back by slot range.

Accepting the same result again changes nothing. Two different results for one slot, check and location are
settled by `core.vote.preferred`, never by which came first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from monitor.core.failure import FAILURE_CODES
from monitor.core.model import (
    STATE_CODES,
    STATES,
    Failure,
    FailureKind,
    Phases,
    Seconds,
)
from monitor.core.model import Result as Seen
from monitor.core.vote import preferred
from monitor.storage.registry import Registry
from monitor.storage.tables import CheckName, Component, Definition, Inbox, Location, Result

_KINDS = {code: kind for kind, code in FAILURE_CODES.items()}
_DETAIL_LIMIT = 500

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
    known = registry.definitions(connection, {result.definition for result in results})
    refused = [Refused(item, "its definition was never in force") for item in results if item.definition not in known]
    rows: Rows = {}
    for result in map(_storable, results):
        if result.definition in known:
            row = _row(connection, registry, result, known[result.definition])
            key = (row["slot"], row["check_no"], row["location_no"])
            if key not in rows or preferred(rows[key][0], result) is result:
                rows[key] = (result, row)
    if rows:
        _ensure_partitions(connection, {key[0] for key in rows})
        _insert_or_settle(connection, rows)
        _note_certificates(connection, rows)
        connection.execute(insert(Inbox).values(touched=_touched(connection, registry, rows)))
    return refused


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


def _insert_or_settle(connection: Connection, rows: Rows) -> None:
    """Inserts what is new; where a row stands already, keeps the preferred one of the two."""
    try:
        with connection.begin_nested():
            connection.execute(insert(Result), [row for _, row in rows.values()])
    except IntegrityError:
        _settle(connection, rows)


def _settle(connection: Connection, rows: Rows) -> None:
    standing = {
        (row.slot, row.check_no, row.location_no): _seen(row)
        for keys in batched(rows, 300)
        for row in connection.execute(_joined().where(or_(*(_is(key) for key in keys))))
    }
    new = [row for key, (_, row) in rows.items() if key not in standing]
    if new:
        connection.execute(insert(Result), new)
    for key, old in standing.items():
        seen, row = rows[key]
        if old != seen and preferred(old, seen) is seen:
            connection.execute(update(Result).where(_is(key)).values(**row))


def batched(keys: Iterable[Key], size: int) -> Iterator[list[Key]]:
    """The keys in lists of at most `size`: databases bound the parameters of one statement."""
    rest = iter(keys)
    while chunk := list(islice(rest, size)):
        yield chunk


def _is(key: Key) -> ColumnElement[bool]:
    slot, check_no, location_no = key
    return and_(col(Result.slot) == slot, col(Result.check_no) == check_no, col(Result.location_no) == location_no)


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


def _touched(connection: Connection, registry: Registry, rows: Rows) -> dict[str, list[int]]:
    """By component: from the first slot touched to the second after the last slot began."""
    touched: dict[str, list[int]] = {}
    for (slot, _, _), (seen, _) in rows.items():
        key = str(registry.component(connection, seen.component))
        first, last = touched.get(key, (slot, slot + 1))
        touched[key] = [min(first, slot), max(last, slot + 1)]
    return touched


def _ensure_partitions(connection: Connection, slots: Iterable[Seconds]) -> None:
    """PostgreSQL keeps results in day partitions, made when the first row of a day comes."""
    if connection.dialect.name != "postgresql":
        return
    for day in {slot // 86400 for slot in slots}:
        start, end = day * 86400, (day + 1) * 86400
        connection.exec_driver_sql(
            f"create table if not exists result_{start} partition of result for values from ({start}) to ({end})"
        )


def _joined() -> Any:
    return (
        select(
            Result,
            col(CheckName.name).label("check"),
            col(Component.id).label("component"),
            col(Location.name).label("location"),
            col(Definition.digest).label("definition"),
        )
        .join(CheckName, col(CheckName.no) == col(Result.check_no))
        .join(Component, col(Component.no) == col(CheckName.component_no))
        .join(Location, col(Location.no) == col(Result.location_no))
        .join(Definition, col(Definition.no) == col(Result.definition_no))
    )


def read(
    connection: Connection, start: Seconds, end: Seconds, components: Sequence[int] | None = None
) -> Iterator[Seen]:
    """Results of the slots that start in `[start, end)`, in order of slot, of all components or of some."""
    query = _joined().where(col(Result.slot) >= start, col(Result.slot) < end)
    if components is not None:
        query = query.where(col(Component.no).in_(components))
    for row in connection.execute(query.order_by(col(Result.slot), col(Result.check_no), col(Result.location_no))):
        yield _seen(row)


def _seen(row: Row[Any]) -> Seen:
    kind: FailureKind | None = _KINDS[row.kind] if row.kind else None
    return Seen(
        component=row.component,
        check=row.check,
        location=row.location,
        slot=row.slot,
        started_ms=row.slot * 1000 + row.start_ms,
        outcome=STATES[row.outcome],
        definition=row.definition,
        phases=Phases(row.dns_ms, row.connect_ms, row.tls_ms, row.first_byte_ms, row.total_ms),
        attempts=row.attempts,
        failure=Failure(kind, row.detail or "") if kind else None,
        first_failure=_KINDS[row.first_kind] if row.first_kind else None,
        first_failure_ms=row.first_ms,
    )
