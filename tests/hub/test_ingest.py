"""Results on their way into the database: nothing accepted or waiting is ever lost."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from monitor.core.alert import Plan
from monitor.core.backlog import Loss
from monitor.core.model import Failure, FailureKind, Phases, Result, State, digest
from monitor.hub.ingest import Ingest
from monitor.storage.judging import Judge
from monitor.storage.results import Refused
from monitor.storage.spool import Spool
from monitor.storage.store import StorageAway, Store
from monitor.storage.terms import WantedCheck, WantedComponent

NOW = 1_800_000_000
DEFINITION = {"kind": "http", "url": "http://127.0.0.1/"}


def result(number: int, outcome: State = State.UP) -> Result:
    slot = NOW + 60 * number
    failure = Failure(FailureKind.STATUS, "500") if outcome is State.DOWN else None
    phases = Phases(connect_ms=1, total_ms=7)
    return Result("api", "http", "local", slot, slot * 1000 + 5, outcome, digest(DEFINITION), phases, failure=failure)


class Moody(Store):
    """A store whose database can be away, or choke on some results."""

    away = False
    chokes_on: frozenset[int] = frozenset()

    def accept(self, batch: Sequence[Result]) -> list[Refused]:
        if self.away:
            raise StorageAway("no answer")
        if any(item.slot in self.chokes_on for item in batch):
            raise RuntimeError("a bug")
        return super().accept(batch)


@pytest.fixture
def store(tmp_path: Path) -> Moody:
    found, _ = Moody.open(f"sqlite:///{tmp_path}/janji.db")
    check = WantedCheck("api", "http", 60, ("local",), "majority", True, DEFINITION)
    found.adopt("v1", dict, [WantedComponent("api", 600, None, None, (check,))], now=NOW - 60, actor="test")
    return found


def ingest(store: Store, folder: Path) -> Ingest:
    return Ingest(store, Judge(Plan()), Spool(folder / "spool"))


def states(store: Store) -> list[tuple[State, int]]:
    return [(span.state, span.length) for span in store.spans("api", 0, 2 * NOW)]


def test_results_wait_in_the_spool_while_the_database_is_away(store: Moody, tmp_path: Path) -> None:
    store.away = True
    first = ingest(store, tmp_path)
    for item in (result(0), result(1, State.DOWN)):
        first.deliver(item)
    problem = first.step(NOW + 100).problem
    assert problem is not None
    assert "spool" in problem
    store.away = False
    after_a_kill = ingest(store, tmp_path)
    after_a_kill.deliver(result(2))
    assert after_a_kill.step(NOW + 170).problem is None
    assert states(store) == [(State.UP, 60), (State.DOWN, 60), (State.UP, 60)]


def test_what_the_spool_gave_up_while_the_database_was_away_is_told_when_it_is_back(
    store: Moody, tmp_path: Path
) -> None:
    store.away = True
    running = Ingest(store, Judge(Plan()), Spool(tmp_path / "spool", most_size=1))
    running.deliver(result(0))
    running.step(NOW + 10)
    running.deliver(result(1))
    running.step(NOW + 70)
    store.away = False
    running.step(NOW + 100)
    assert store.losses.all() == {"local": Loss(2, NOW + 100, NOW + 100)}
    ingest(store, tmp_path).step(NOW + 200)
    assert store.losses.all() == {"local": Loss(2, NOW + 100, NOW + 100)}, "a restart tells nothing new"


def test_what_neither_disk_nor_memory_took_is_told_too(
    store: Moody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("monitor.hub.ingest.MEMORY_LIMIT", 1)
    store.away = True
    running = ingest(store, tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        for number in range(3):
            running.deliver(result(number))
        running.step(NOW + 10)
    store.away = False
    running.step(NOW + 190)
    assert store.losses.all() == {"local": Loss(2, NOW + 190, NOW + 190)}
    assert states(store)[-1] == (State.UP, 60)


def test_on_a_full_disk_results_wait_in_the_spool_until_there_is_room(store: Moody, tmp_path: Path) -> None:
    """SQLite says the same of a full disk as of a file that has reached its bound."""
    bounded = True

    def bound(connection: Connection) -> None:
        pages = connection.exec_driver_sql("pragma page_count").scalar() if bounded else 2**30
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")

    event.listen(store.engine, "begin", bound)
    running = ingest(store, tmp_path)
    for number in range(1500):
        running.deliver(result(number))
    problem = running.step(NOW + 60 * 1500).problem
    assert problem is not None
    assert "full" in problem
    assert "spool" in problem
    assert len(Spool(tmp_path / "spool")) == 1500
    bounded = False
    assert running.step(NOW + 60 * 1500).problem is None
    assert states(store) == [(State.UP, 60 * 1500)]
    assert len(Spool(tmp_path / "spool")) == 0


def test_a_stop_spools_what_the_database_does_not_take(store: Moody, tmp_path: Path) -> None:
    store.away = True
    stopping = ingest(store, tmp_path)
    stopping.deliver(result(0))
    stopping.close()
    store.away = False
    ingest(store, tmp_path).step(NOW + 61)
    assert states(store) == [(State.UP, 60)]


def test_results_wait_in_memory_where_the_disk_is_full_too(
    store: Moody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Spool, _results: Sequence[Result]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "append", full)
    store.away = True
    waiting = ingest(store, tmp_path)
    waiting.deliver(result(0))
    assert "wait in memory" in str(waiting.step(NOW + 1).problem)
    store.away = False
    waiting.step(NOW + 61)
    assert states(store) == [(State.UP, 60)]


def test_a_result_that_the_store_chokes_on_is_set_aside_and_holds_up_no_other(store: Moody, tmp_path: Path) -> None:
    store.chokes_on = frozenset({NOW + 60})
    running = ingest(store, tmp_path)
    for number in range(3):
        running.deliver(result(number))
    running.step(NOW + 250)
    assert states(store) == [(State.UP, 60), (State.UNKNOWN, 60), (State.UP, 60), (State.UNKNOWN, 60)]
    kept: list[Result] = []
    Spool(tmp_path / "spool-refused").drain(kept.extend)
    assert kept == [result(1)]
