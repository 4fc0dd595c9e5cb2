"""A copy is whole or it is not there: backup while the hub writes, restore, and from SQLite to PostgreSQL and back."""

import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Integer, LargeBinary, Table, insert, select, text
from sqlmodel import AutoString

from monitor.core.ledger import entry
from monitor.storage.copying import backup, copy, restore
from monitor.storage.engine import StorageError, open_engine
from monitor.storage.schema import METADATA
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UP, World, component, seen, slots
from tests.storage.test_decisions import ASKED, YES
from tests.storage.test_notices import ANNOUNCED
from tests.storage.test_sealing import SEALABLE, kept_house, read, settled


@pytest.fixture
def filled(store: Store) -> World:
    """Results judged, a notice, a decision, a sealed day with a late result beside it, and an open day."""
    world = World(store)
    world.adopt(component())
    world.live(slots(UP, DOWN, UP))
    request = store.decisions.append(ASKED)
    store.decisions.decide(request.id, YES)
    store.notices.append("m1", ANNOUNCED, actor="ana")
    world.accept(seen(3 * 86400))
    settled(world, 5)
    kept_house(world, SEALABLE)
    world.accept(seen(300, DOWN))
    return world


def same(one: Store, other: Store) -> bool:
    """Whether two stores tell the same."""
    return (
        one.ledger() == other.ledger()
        and one.components() == other.components()
        and one.spans("api", 0, 2 * T0) == other.spans("api", 0, 2 * T0)
        and read(one) == read(other)
        and one.notices.all() == other.notices.all()
        and one.decisions.all() == other.decisions.all()
        and one.damaged() == other.damaged() == []
    )


def test_a_backup_holds_everything_and_is_restored_into_an_empty_database(filled: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    told = backup(filled.store.engine, file)
    assert told.head == filled.store.ledger()[-1].digest
    assert told.rows["span"] == 3
    engine = open_engine(f"sqlite:///{tmp_path}/restored.db")
    assert restore(file, engine) == told
    assert same(Store(engine), filled.store)
    assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.db"]


def test_a_restored_hub_goes_on_where_it_was(filled: World, tmp_path: Path) -> None:
    backup(filled.store.engine, tmp_path / "backup.db")
    engine = open_engine(f"sqlite:///{tmp_path}/restored.db")
    restore(tmp_path / "backup.db", engine)
    world = World(Store(engine))
    world.accept(seen(5 * 86400, DOWN))
    world.step(5 * 86400 + 60)
    assert world.timeline()[-1] == (DOWN, 5 * 86400, 5 * 86400 + 60)


def test_from_sqlite_to_postgresql_and_new_rows_get_new_numbers(sqlite_store_url: str, postgres_store_url: str) -> None:
    old, _ = Store.open(sqlite_store_url)
    world = World(old)
    world.adopt(component())
    world.live(slots(UP, DOWN, UP))
    old.decisions.append(ASKED)
    new, _ = Store.open(postgres_store_url)
    copy(old.engine, new.engine)
    assert same(new, old)
    assert new.decisions.append(ASKED).id != old.decisions.all()[0].request.id
    moved = World(new)
    moved.accept(seen(180, DOWN))
    moved.step(240)
    assert moved.timeline()[-1] == (DOWN, 180, 240)
    old.close()
    new.close()


def test_nothing_is_written_over(filled: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("mine")
    with pytest.raises(StorageError, match="is there already"):
        backup(filled.store.engine, file)
    assert file.read_text() == "mine"
    with pytest.raises(StorageError, match="not copied onto itself"):
        copy(filled.store.engine, filled.store.engine)


def test_a_database_that_is_not_empty_takes_no_restore(filled: World, tmp_path: Path) -> None:
    backup(filled.store.engine, tmp_path / "backup.db")
    before = filled.store.ledger()
    with pytest.raises(StorageError, match="is not empty"):
        restore(tmp_path / "backup.db", filled.store.engine)
    assert filled.store.ledger() == before


def test_what_is_no_backup_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database at all, but long enough to be taken for one\n" * 100)
    with pytest.raises(StorageError, match="is no backup"):
        restore(file, open_engine(f"sqlite:///{tmp_path}/new.db"))
    with pytest.raises(StorageError, match="there is no file"):
        restore(tmp_path / "missing.db", open_engine(f"sqlite:///{tmp_path}/new.db"))
    assert file.exists()


def test_a_ledger_that_does_not_hold_is_no_backup(filled: World, tmp_path: Path) -> None:
    with filled.store.transaction() as connection:
        connection.execute(text("update ledger set actor = 'somebody else' where number = 1"))
    with pytest.raises(StorageError, match="its ledger does not hold"):
        backup(filled.store.engine, tmp_path / "backup.db")
    assert not list(tmp_path.glob("backup*"))


def test_a_backup_of_an_older_version_is_brought_up_to_date_in_the_copy(tmp_path: Path) -> None:
    from alembic import command

    from monitor.storage.migrate import configuration

    old = open_engine(f"sqlite:///{tmp_path}/old.db")
    config = configuration()
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(text("insert into location (name) values ('here')"))
    old.dispose()
    before = (tmp_path / "old.db").read_bytes()
    engine = open_engine(f"sqlite:///{tmp_path}/new.db")
    assert restore(tmp_path / "old.db", engine).rows["location"] == 1
    assert (tmp_path / "old.db").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "new.db")) as new:
        assert new.execute("select name from location").fetchall() == [("here",)]


def test_every_table_is_copied_with_what_stands_in_it(sqlite_store_url: str, postgres_store_url: str) -> None:
    old, new = open_engine(sqlite_store_url), open_engine(postgres_store_url)
    with old.begin() as connection:
        connection.exec_driver_sql("pragma defer_foreign_keys = on")
        for table in METADATA.sorted_tables:
            connection.execute(insert(table).values(_row(table)))
    told = copy(old, new)
    assert told.rows == dict.fromkeys(METADATA.tables, 1)
    with new.connect() as connection:
        for table in METADATA.sorted_tables:
            assert dict(connection.execute(select(table)).mappings().one()) == _row(table), table.name
    old.dispose()
    new.dispose()


def _row(table: Table) -> dict[str, Any]:
    """A row for any table; a column of a new type, or one that takes certain words only, has to be thought of here."""
    values: dict[type, Any] = {Boolean: True, Integer: 1, LargeBinary: b"bytes", JSON: {"key": [1]}, AutoString: "text"}
    row = {
        column.name: next(value for kind, value in values.items() if isinstance(column.type, kind))
        for column in table.columns
    }
    words = {"sealed_day": {"stage": "sealed"}, "request": {"type": "correction"}, "closing": {"subject": "objective"}}
    words |= {"pause": {"until": 2}, "subscriber": {"medium": "email"}}
    words["ledger"] = asdict(entry(None, at=1, actor="text", kind="text", payload={"key": [1]}))
    return row | words.get(table.name, {}) | {name: 2 for name in ("end", "month_end", "until") if name in row}


def test_a_database_of_an_older_version_is_not_copied(sqlite_store_url: str, tmp_path: Path) -> None:
    old = open_engine(sqlite_store_url)
    with old.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0009'")
    for act in (
        lambda: copy(old, open_engine(f"sqlite:///{tmp_path}/new.db")),
        lambda: backup(old, tmp_path / "backup.db"),
    ):
        with pytest.raises(StorageError, match="of an older version; run `janji up`"):
            act()
    old.dispose()
