"""A whole database into another: backup, restore, and from SQLite to PostgreSQL. What was copied is read back.

Both have this version's tables. Every table is compared by the sum of its rows' digests, whatever order a database
keeps texts in: a copy that says it is whole is whole.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Column, Connection, Engine, Table, func, insert, inspect, select
from sqlalchemy.exc import DatabaseError

from monitor.core.ledger import first_break
from monitor.storage import ledger
from monitor.storage.engine import StorageError, open_engine
from monitor.storage.migrate import check_current, migrate
from monitor.storage.partitions import ensure_partitions
from monitor.storage.registry import batched
from monitor.storage.schema import METADATA

_BATCH = 2000

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many rows are done, and of how many: each is written, then compared."""


Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied: rows by table, and the newest entry of the ledger (None: it is empty)."""

    rows: dict[str, int]
    head: str | None


def backup(source: Engine, file: Path, progress: Progress = lambda _done, _total: None) -> Copied:
    """Everything, as one SQLite file, while the hub goes on. Raises StorageError; then there is no file.

    A file of that name is not written over.
    """
    if file.exists():
        raise StorageError(f"{file} is there already; name another file")
    check_current(source)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    try:
        if source.dialect.name == "sqlite":
            with closing(sqlite3.connect(str(source.url.database))) as old, closing(sqlite3.connect(part)) as new:
                old.backup(new)
            copied = _checked(part)
        else:
            target = open_engine(f"sqlite:///{part}")
            migrate(target, held=True)
            copied = copy(source, target, progress)
            target.dispose()
        with closing(sqlite3.connect(part)) as new:
            # One file, with nothing beside it.
            new.execute("pragma journal_mode=delete")
        part.rename(file)
    except (StorageError, DatabaseError, sqlite3.Error, OSError) as error:
        for left in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
        raise StorageError(f"the backup was not made: {error}") from error
    return copied


def restore(file: Path, target: Engine, progress: Progress = lambda _done, _total: None) -> Copied:
    """A backup into a database that is empty or not there yet. One of an older version is brought up to date in the
    copy; the file itself stays as it is. Raises StorageError."""
    if not file.is_file():
        raise StorageError(f"there is no file {file}")
    copied_file = file.with_name(f"{file.name}.restoring")
    copied_file.write_bytes(file.read_bytes())
    try:
        source = open_engine(f"sqlite:///{copied_file}")
        try:
            migrate(source)
            return copy(source, target, progress)
        finally:
            source.dispose()
    except DatabaseError as error:
        raise StorageError(f"{file} is no backup: {error.orig}") from error
    finally:
        for left in (copied_file, *(copied_file.with_name(copied_file.name + end) for end in ("-wal", "-shm"))):
            left.unlink(missing_ok=True)
        for upgrade in file.parent.glob(f"{copied_file.name}.before-*"):
            upgrade.unlink()


def copy(source: Engine, target: Engine, progress: Progress = lambda _done, _total: None) -> Copied:
    """Every row, in one look at the source and one transaction on the target, then compared.

    Raises StorageError where the target holds anything, or where a table reads back differently: then nothing is kept.
    """
    if source.url == target.url:
        raise StorageError("a database is not copied onto itself; name another one")
    check_current(source)
    migrate(target, held=True)
    tables = METADATA.sorted_tables
    with _snapshot(source) as reading, target.begin() as writing:
        taken = [table.name for table in tables if _count(table, writing)]
        if taken:
            raise StorageError(f"the database is not empty ({', '.join(taken)}); name one that is")
        counts = {table.name: _count(table, reading) for table in tables}
        seen = _Counting(progress, 2 * sum(counts.values()))
        for table in tables:
            _copy_table(seen.each(_rows(table, reading)), table, writing)
        for table in tables:
            if _sum(seen.each(_rows(table, reading))) != _sum(_rows(table, writing)):
                raise StorageError(f"the table {table.name} reads back differently; nothing was kept")
        return _told(writing, counts)


class _Counting:
    """Counts rows as they pass."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def each(self, rows: Iterable[Row]) -> Iterator[Row]:
        for some in batched(rows, _BATCH):
            yield from some
            self._done += len(some)
            self._progress(self._done, self._total)


def _count(table: Table, connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar() or 0


def _copy_table(rows: Iterable[Row], table: Table, writing: Connection) -> None:
    count = 0
    for some in batched(rows, _BATCH):
        if table.name == "result":
            ensure_partitions(writing, {row["slot"] for row in some})
        writing.execute(insert(table), some)
        count += len(some)
    key = next((column for column in table.primary_key if column.autoincrement is not False), None)
    if writing.dialect.name == "postgresql" and count and key is not None and len(table.primary_key) == 1:
        _go_on_counting(table, key, writing)


def _go_on_counting(table: Table, key: Column[Any], writing: Connection) -> None:
    """Numbers given out from now on come after those that were copied."""
    sequence = writing.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', key.name))).scalar()
    if sequence is not None:
        writing.execute(select(func.setval(sequence, select(func.max(key)).scalar_subquery())))


def _rows(table: Table, connection: Connection) -> Iterator[Row]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    for row in connection.execute(query).mappings():
        yield dict(row)


def _sum(rows: Iterable[Row]) -> int:
    texts = (json.dumps(row, sort_keys=True, default=bytes.hex) for row in rows)
    return sum(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") for text in texts)


def _snapshot(source: Engine) -> Any:
    """One look at the source: what is written meanwhile is not in it."""
    if source.dialect.name == "postgresql":
        return source.execution_options(isolation_level="REPEATABLE READ").begin()
    return source.begin()


def _checked(file: Path) -> Copied:
    """Whether a copied file is whole: by SQLite's own check, and by the ledger's chain."""
    engine = open_engine(f"sqlite:///{file}", read_only=True)
    try:
        with engine.connect() as connection:
            state = connection.exec_driver_sql("pragma integrity_check").scalar()
            if state != "ok":
                raise StorageError(f"it does not read back: {state}")
            present = set(inspect(connection).get_table_names())
            counts = {
                table.name: _count(table, connection) for table in METADATA.sorted_tables if table.name in present
            }
            return _told(connection, counts)
    finally:
        engine.dispose()


def _told(connection: Connection, counts: dict[str, int]) -> Copied:
    broken = first_break(ledger.read(connection))
    if broken is not None:
        raise StorageError(f"its ledger does not hold: {broken}")
    head = ledger.head(connection)
    return Copied(counts, None if head is None else head.digest)
