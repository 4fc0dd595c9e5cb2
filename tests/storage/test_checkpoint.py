"""What SQLite keeps beside its file is cut when it is long, and never by waiting for a reader."""

from pathlib import Path

import pytest

from monitor.storage import checkpoint as files
from monitor.storage.checkpoint import checkpoint
from monitor.storage.store import Store
from tests.storage.builders import UP, World, component, slots


@pytest.fixture
def written(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with something beside its file, that counts as long."""
    monkeypatch.setattr(files, "LONG", 10_000)
    store, _ = Store.open(sqlite_store_url)
    world = World(store)
    world.adopt(component())
    world.accept(*slots(*[UP] * 300))
    return store


def beside(store: Store) -> int:
    return Path(f"{store.engine.url.database}-wal").stat().st_size


def test_what_lies_beside_the_file_is_brought_into_it_and_cut(written: Store) -> None:
    assert beside(written) > 10_000
    assert checkpoint(written.engine)
    assert beside(written) == 0
    assert len(written.results("api", 0, 2**40)) == 300
    assert not checkpoint(written.engine)


def test_a_reader_in_the_way_is_not_waited_for(written: Store, sqlite_store_url: str) -> None:
    reader = Store.open_read_only(sqlite_store_url)
    with reader.transaction() as connection:
        connection.exec_driver_sql("select count(*) from result")
        written.facts_version()
        World(written).adopt(component(), at=5)
        assert not checkpoint(written.engine)
    assert checkpoint(written.engine)
    reader.close()
