import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, insert, inspect, select, text

from monitor.core.contact import Contact, Waiting
from monitor.core.renaming import Renaming
from monitor.storage import episodes
from monitor.storage.engine import StorageError, open_engine
from monitor.storage.leading import Elected
from monitor.storage.migrate import configuration, is_ours, migrate, tables_exist
from monitor.storage.store import Store
from monitor.storage.tables import Table
from tests.storage.builders import DOWN, T0, UP, World, component, slots
from tests.storage.test_decisions import ASKED, YES
from tests.storage.test_notices import ANNOUNCED

LATER = {
    "outbox": {"attachment_no", "audience", "about", "format", "link_no", "claimed_by", "leased_until"},
    "episode": {"ended_at", "urgency", "level", "flapping", "settled", "acked_at", "acked_by", "facts"},
}
"""Columns that came to a table after its first version."""


def drift(engine: Engine) -> Any:
    """What Alembic would change to make the database like the tables in the code."""
    with engine.connect() as connection:
        options = {"include_name": lambda name, kind, _parents: is_ours(name, kind), "compare_type": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata)


def _none_renamed(_connection: Connection) -> list[Renaming]:
    """A version before there was a table of them knew of no renamed component."""
    return []


def revise(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = :revision"), {"revision": revision})


def test_an_empty_database_gets_its_tables_and_needs_no_backup(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert not tables_exist(engine)
    assert migrate(engine) is None
    assert tables_exist(engine)
    assert {*inspect(engine).get_table_names()} >= {*Table.metadata.tables}
    engine.dispose()


def test_migrated_tables_are_those_of_the_code(empty_url: str) -> None:
    store, _ = Store.open(empty_url)
    assert drift(store.engine) == []
    world = World(store)
    world.adopt(component())
    world.live(slots(UP, DOWN))
    assert drift(store.engine) == []  # the day partitions of PostgreSQL are nobody's concern
    store.close()


def test_a_database_of_this_version_is_left_alone(empty_url: str) -> None:
    for _ in range(2):
        store, backup = Store.open(empty_url)
        assert backup is None
        store.close()


def test_a_database_of_a_newer_version_is_refused(empty_url: str) -> None:
    store, _ = Store.open(empty_url)
    revise(store.engine, "9999")
    store.close()
    with pytest.raises(StorageError) as refused:
        Store.open(empty_url)
    assert str(refused.value) == "the database is of a newer version (tables 9999); run that version of Janji"


def test_the_backup_before_an_upgrade_holds_everything(tmp_path: Path) -> None:
    from monitor.storage.migrate import _backup

    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    world = World(store)
    world.adopt(component())
    world.live(slots(UP))
    backup = _backup(store.engine, "0001")
    store.close()
    assert backup is not None
    assert backup.name.startswith("janji.db.before-0001-")
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("select id from component").fetchall() == [("api",)]


def test_an_upgrade_from_the_first_tables_keeps_all_that_they_hold(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(episodes, "opened", lambda _connection: [])  # their table had fewer columns then
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    assert not inspect(engine).has_table("request")
    monkeypatch.setattr("monitor.storage.renamings.read", _none_renamed)
    old = Store(engine)
    world = World(old)
    world.adopt(component())
    world.live(slots(UP, DOWN, UP))
    old.notices.append("m1", ANNOUNCED, actor="ana")
    old.tokens.create("ana", ("close",), "0" * 64, now=T0, actor="root")
    before = _contents(engine)
    engine.dispose()
    monkeypatch.undo()

    store, backup = Store.open(empty_url)
    assert (backup is not None) == empty_url.startswith("sqlite")
    assert {name: rows for name, rows in _contents(store.engine).items() if name in before} == before
    assert before["span"]
    assert before["ledger"]
    assert World(store).timeline() == [(UP, 0, 60), (DOWN, 60, 120), (UP, 120, 180)]
    assert store.decisions.all() == []
    assert drift(store.engine) == []
    store.close()


def test_an_upgrade_to_closed_books_keeps_requests_and_decisions(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(episodes, "opened", lambda _connection: [])  # their table had fewer columns then
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    assert not inspect(engine).has_table("closing")
    monkeypatch.setattr("monitor.storage.renamings.read", _none_renamed)
    old = Store(engine)
    world = World(old)
    world.adopt(component())
    world.live(slots(UP, DOWN, UP))
    old.decisions.append(ASKED)
    old.decisions.append(ASKED)
    old.decisions.decide("exclusion-1", YES)
    before = _contents(engine)
    engine.dispose()
    monkeypatch.undo()

    store, _ = Store.open(empty_url)
    assert {name: rows for name, rows in _contents(store.engine).items() if name in before} == before
    assert (before["request"], before["decision"]) != ([], [])
    assert dict(store.books.heads()) == {}
    assert drift(store.engine) == []
    store.close()


def test_an_upgrade_to_reports_that_are_sent_keeps_the_outbox(empty_url: str) -> None:
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        row = {"event": "1/fired", "channel": "ops", "target": "${URL}", "type": "failure", "title": "API is down"}
        row |= {"body": "", "created_at": 5, "next_try": 6, "tries": 1, "last_error": "it hung"}
        connection.execute(insert(Table.metadata.tables["outbox"]).values(row))
    before = _contents(engine)
    engine.dispose()

    store, _ = Store.open(empty_url)
    assert _contents(store.engine)["outbox"] == before["outbox"] != []
    (owed,) = store.outbox.waiting()
    assert (owed.event, owed.attachment_no, owed.tries) == ("1/fired", None, 1)
    store.close()


def test_an_upgrade_to_contacts_of_parts_keeps_when_each_agent_was_heard_of(empty_url: str) -> None:
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        connection.execute(text("insert into location (no, name) values (1, 'singapore')"))
        connection.execute(
            text("insert into contact values (1, :at, 1, '1.0', -120, 40, 3, null)"),
            {"at": T0},
        )
    engine.dispose()

    store, _ = Store.open(empty_url)
    assert store.contacts.all() == {"singapore": (Contact("singapore", T0, 1, "1.0", Waiting(-120, 40, 3, None)),)}
    assert drift(store.engine) == []
    store.close()


def test_an_upgrade_remembers_what_channels_were_told_before(empty_url: str) -> None:
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0014")
        for no, recovered in ((1, 120), (2, None)):
            statement = text(
                "insert into episode (no, rule, component, start, fired_at, recovered_at, channels, last_reminder)"
                " values (:no, 'down:1:ops', 'api', :start, 70, :recovered, '[\"ops\"]', 90)"
            )
            connection.execute(statement, {"no": no, "start": no * 60, "recovered": recovered})
    engine.dispose()

    store, _ = Store.open(empty_url)
    assert drift(store.engine) == []
    assert store.alerts.standing(10**9) is not None
    (going_on, over) = store.alerts.newest()
    assert (going_on.no, going_on.channels, going_on.told["ops"].fired_at, going_on.told["ops"].last_at) == (
        2,
        ("ops",),
        70,
        90,
    )
    assert (over.no, over.recovered_at, over.told) == (1, 120, {})
    store.close()


def test_an_upgrade_to_bounces_keeps_every_subscriber(empty_url: str) -> None:
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0018")
        connection.execute(
            text(
                "insert into subscriber values (1, 'email', 'siti@example.org', '[]', 'id', 'key', '', :at, :at, :at)"
            ),
            {"at": T0},
        )
    engine.dispose()

    store, _ = Store.open(empty_url)
    assert drift(store.engine) == []
    (found,) = store.subscribers.all()
    assert (found.address, found.confirmed_at, found.active, found.ended_why) == ("siti@example.org", T0, True, "")
    store.close()


def test_a_command_that_only_looks_refuses_a_database_of_an_older_version(empty_url: str) -> None:
    engine = open_engine(empty_url)
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with pytest.raises(StorageError) as refused:
        Store.open_read_only(empty_url)
    assert str(refused.value) == "the database is of an older version; run `janji up`, which brings it up to date"
    Store.open(empty_url)[0].close()
    Store.open_read_only(empty_url).close()


def _contents(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that the database has, Alembic's own left out, without what came to them later."""
    names = set(inspect(engine).get_table_names()) & set(Table.metadata.tables)
    with engine.connect() as connection:
        return {name: sorted((tuple(row) for row in connection.execute(_first(name))), key=repr) for name in names}


def _first(name: str) -> Any:
    """The columns that a table had in its first version."""
    columns = [column for column in Table.metadata.tables[name].columns if column.name not in LATER.get(name, ())]
    return select(*columns)


def test_hubs_that_start_at_once_on_an_empty_postgresql_make_its_tables_once(postgres_url: str) -> None:
    with ThreadPoolExecutor(3) as threads:
        stores = [done.result(60)[0] for done in [threads.submit(Store.open, postgres_url) for _ in range(3)]]
    for store in stores:
        assert store.components() == {}
        store.close()


def test_tables_are_not_upgraded_under_hubs_of_an_older_version(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    hub = Elected(engine, "older", "0.1")
    hub.enter()
    with pytest.raises(StorageError, match="hubs of an older version work on this database; stop them all"):
        Store.open(postgres_url)
    hub.leave()
    Store.open(postgres_url)[0].close()
    engine.dispose()
