import multiprocessing
import os
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.storage import engine as engines
from monitor.storage.engine import StorageError, folder_lock, hub_lock, open_engine
from monitor.storage.store import StorageAway, Store
from tests.storage.builders import seen


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("not an url", "server.database is not an URL; write sqlite:///var/janji.db or postgresql://…"),
        ("mysql://root@127.0.0.1/janji", "mysql databases are not supported; use sqlite:/// or postgresql://"),
        ("sqlite://", "sqlite databases are not supported; use sqlite:/// or postgresql://"),
    ],
)
def test_a_database_of_another_kind_is_refused(url: str, message: str) -> None:
    with pytest.raises(StorageError) as refused:
        open_engine(url)
    assert str(refused.value) == message


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_file_system_is_refused_with_the_reason(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "on the net"
    escaped = str(folder).replace(" ", "\\040")
    mounts = f"/dev/root / ext4 rw 0 0\nserver:/data {escaped} {kind} rw,relatime 0 0\ntmpfs /run tmpfs rw 0 0\n"
    monkeypatch.setattr(engines, "_mounts", lambda: mounts)
    with pytest.raises(StorageError) as refused:
        open_engine(f"sqlite:///{folder}/sub/janji.db")
    assert str(refused.value) == (
        f"{folder}/sub/janji.db is on a network file system ({kind}), where SQLite's locks do not hold; "
        "use a local disk or PostgreSQL"
    )
    open_engine(f"sqlite:///{tmp_path}/beside/janji.db").dispose()
    open_engine(f"sqlite:///{tmp_path}/on the net 2/janji.db").dispose()


def test_a_second_hub_on_one_database_is_refused(store: Store, store_url: str) -> None:
    other = open_engine(store_url)
    refused = pytest.raises(StorageError, match="another hub works on this database already")
    with hub_lock(store.engine), refused, hub_lock(other):
        pass
    with hub_lock(other):
        pass
    other.dispose()


def _hold(url: str, ready: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    with hub_lock(open_engine(url)):
        ready.set()
        done.wait(30)


def test_the_refusal_names_the_process_that_holds_the_database(sqlite_store_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    holder = spawn.Process(target=_hold, args=(sqlite_store_url, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        engine = open_engine(sqlite_store_url)
        with pytest.raises(StorageError) as refused, hub_lock(engine):
            pass
        engine.dispose()
        assert str(refused.value) == (
            f"another hub works on this database already (process {holder.pid}); stop it first"
        )
    finally:
        holder.kill()
        holder.join()
    after = open_engine(sqlite_store_url)
    with hub_lock(after):
        assert Path(f"{after.url.database}.lock").read_text() == str(os.getpid())
    after.dispose()


def test_two_hubs_never_share_the_folder_where_results_wait(tmp_path: Path) -> None:
    refused = pytest.raises(StorageError, match=r"keeps what waits in .* already .* in another directory")
    with folder_lock(tmp_path / "var"), refused, folder_lock(tmp_path / "var"):
        pass
    with folder_lock(tmp_path / "var"):
        pass


def test_a_store_for_reading_refuses_to_be_written(store: Store, store_url: str) -> None:
    reader = Store.open_read_only(store_url)
    assert reader.components() == {}
    with pytest.raises(StorageAway), reader.transaction() as connection:
        connection.exec_driver_sql("insert into counter (name, value) values ('facts', 1)")
    reader.close()
    assert store.facts_version() == 0


def test_reading_sees_what_was_written_before_it_and_does_not_wait_for_a_writer(store: Store, store_url: str) -> None:
    reader = Store.open_read_only(store_url)
    with store.transaction() as connection:
        connection.exec_driver_sql("insert into counter (name, value) values ('facts', 5)")
        assert reader.facts_version() == 0
    assert reader.facts_version() == 5
    reader.close()


def test_a_database_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"there is no database at .*none\.db; run `janji up` first"):
        Store.open_read_only(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()


def test_an_empty_database_cannot_be_read(empty_url: str) -> None:
    engine = open_engine(empty_url)
    engine.connect().close()
    engine.dispose()
    with pytest.raises(StorageError, match="the database is empty; run `janji up` first"):
        Store.open_read_only(empty_url)


def test_a_database_that_does_not_answer_cannot_be_opened() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    with pytest.raises(StorageError, match="the database cannot be opened"):
        Store.open(url)
    with pytest.raises(StorageError, match="the database cannot be opened"):
        Store.open_read_only(url)


def test_a_file_that_is_no_database_cannot_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_text("this is a text, and a long one at that. " * 100)
    with pytest.raises(StorageError, match="the database cannot be opened"):
        Store.open(f"sqlite:///{path}")


def test_what_fails_in_a_transaction_leaves_nothing(store: Store) -> None:
    twice = "insert into counter (name, value) values ('facts', 1)"
    with pytest.raises(IntegrityError), store.transaction() as connection:  # noqa: PT012 - the second one fails
        connection.exec_driver_sql(twice)
        connection.exec_driver_sql(twice)
    assert store.facts_version() == 0
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:  # noqa: PT012
        connection.exec_driver_sql(twice)
        raise ZeroDivisionError
    assert store.facts_version() == 0


def test_a_database_that_goes_away_says_so_and_can_be_asked_again(postgres_store_url: str) -> None:
    store, _ = Store.open(postgres_store_url)
    with pytest.raises(StorageAway), store.transaction() as connection:
        connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")
    assert store.facts_version() == 0
    assert len(store.accept([seen(0)])) == 1
    store.close()


def test_a_database_that_goes_away_while_a_row_is_settled_is_not_said_to_have_it_already(
    postgres_store_url: str,
) -> None:
    store, _ = Store.open(postgres_store_url)
    twice = "insert into counter (name, value) values ('facts', 1)"
    with pytest.raises(StorageAway, match="terminat"), store.transaction() as connection:  # noqa: PT012
        connection.exec_driver_sql(twice)
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(twice)
        except IntegrityError:
            connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")
    store.close()
