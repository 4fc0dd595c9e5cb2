"""Several hubs on one PostgreSQL: one leads, and what another one wrote last is the last it decides."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest

from monitor.core.alert import Message
from monitor.core.archive import DAY
from monitor.storage.engine import StorageError, hub_lock, open_engine
from monitor.storage.leading import Alone, Elected, hub_on, hubs
from monitor.storage.store import NotLeading, StorageAway, Store
from tests.storage.builders import DOWN, T0, UP, World, check, component, seen, slots


class HubAt:
    """A hub's store and its part in the election."""

    def __init__(self, url: str, name: str) -> None:
        self.store, _ = Store.open(url, name)
        self.elected = Elected(self.store.engine, name, "1.0")

    def look(self, at: int = 0) -> int | None:
        epoch = self.elected.step(T0 + at, "settings")
        self.store.decide_in(epoch)
        return epoch

    def close(self) -> None:
        self.elected.leave()
        self.store.close()


@pytest.fixture
def hub(postgres_store_url: str) -> Iterator[Callable[[str], HubAt]]:
    """Makes hubs on one database."""
    with ExitStack() as stack:

        def make(name: str) -> HubAt:
            made = HubAt(postgres_store_url, name)
            stack.callback(made.close)
            return made

        yield make


def test_of_two_hubs_the_first_leads_and_goes_on_leading(hub: Callable[[str], HubAt]) -> None:
    one, other = hub("one"), hub("other")
    assert [one.look(), other.look(), one.look(1), other.look(1)] == [1, None, 1, None]


def test_when_the_leader_is_gone_another_leads_in_the_next_epoch(hub: Callable[[str], HubAt]) -> None:
    one, other = hub("one"), hub("other")
    assert (one.look(), other.look()) == (1, None)
    one.elected.leave()
    assert other.look(1) == 2
    assert one.look(2) is None


def test_a_hub_that_follows_takes_results_in_and_decides_nothing(hub: Callable[[str], HubAt]) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look()
    World(one.store).adopt(component())
    follower = World(other.store)
    assert follower.accept(seen(0)) == []
    for decides in (
        lambda: follower.step(60),
        lambda: follower.adopt(component()),
        lambda: other.store.sealing.step(T0, 0),
        lambda: other.store.outbox.claim([1], "other", T0),
    ):
        with pytest.raises(NotLeading):
            decides()
    leader = World(one.store)
    leader.step(60)
    assert leader.timeline() == [(UP, 0, 60)]


def test_a_leader_that_was_overtaken_without_noticing_writes_nothing_more(hub: Callable[[str], HubAt]) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look()
    frozen = World(one.store)
    frozen.adopt(component())
    frozen.live(slots(UP))
    one.elected.leave()  # its session ended, and nobody told it
    assert other.look() == 2
    one.store.outbox.owe("1/fired", "ops", ["${URL}"], Message("failure", "", ""), T0)
    frozen.accept(seen(60))
    for decides in (
        lambda: frozen.step(120),
        lambda: frozen.adopt(component()),
        lambda: one.store.sealing.step(T0, 0),
        lambda: one.store.outbox.claim([1], "one", T0),
    ):
        with pytest.raises(NotLeading, match="in epoch 2 after 1"):
            decides()
    leader = World(other.store)
    leader.step(120)
    assert leader.timeline() == [(UP, 0, 120)]


def test_a_hub_that_leads_again_relies_on_nothing_that_it_remembers_of_before(hub: Callable[[str], HubAt]) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look()
    before, between = World(one.store), World(other.store)
    before.adopt(component())
    before.live(slots(UP, DOWN))
    one.elected.leave()
    assert other.look() == 2
    between.live(slots(DOWN, UP, UP, start=120))
    other.elected.leave()
    assert one.look() == 3
    before.live(slots(UP, DOWN, start=300))
    assert before.timeline() == [(UP, 0, 60), (DOWN, 60, 180), (UP, 180, 360), (DOWN, 360, 420)]


def test_a_takeover_ends_what_the_leader_before_has_open_and_nothing_of_it_is_written(
    hub: Callable[[str], HubAt],
) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look()
    with pytest.raises(StorageAway), one.store._work.deciding() as connection:  # noqa: PT012 - frozen in it
        connection.exec_driver_sql("insert into counter (name, value) values ('facts', 7)")
        one.elected.leave()
        assert other.look() == 2
    assert other.store.facts_version() == 0


def test_a_takeover_waits_for_no_reader_and_cuts_no_hub_that_follows(hub: Callable[[str], HubAt]) -> None:
    one, other, third = hub("one"), hub("other"), hub("third")
    one.look(), other.look(), third.look()
    with third.store.transaction() as connection:
        one.elected.leave()
        assert other.look() == 2
        connection.exec_driver_sql("select 1")


def test_a_hub_that_cannot_ask_says_so_and_asks_again(hub: Callable[[str], HubAt]) -> None:
    one = hub("one")
    one.look()
    with one.store.transaction() as connection:
        mine = "pid <> pg_backend_pid() and application_name = 'janji one'"
        connection.exec_driver_sql(f"select pg_terminate_backend(pid) from pg_stat_activity where {mine}")
    with pytest.raises(StorageAway):
        one.look(1)
    assert one.look(2) == 2


def test_the_server_ends_the_session_of_a_hub_that_says_nothing_for_ten_seconds(hub: Callable[[str], HubAt]) -> None:
    one = hub("one")
    one.look()
    session = one.elected._session
    assert session is not None
    assert session.exec_driver_sql("show idle_session_timeout").scalar() == "10s"
    with one.store.transaction() as connection:
        assert connection.exec_driver_sql("show idle_in_transaction_session_timeout").scalar() == "10s"


def test_hubs_know_of_each_other(hub: Callable[[str], HubAt]) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look(3), one.look(6)
    found = hubs(one.store.engine)
    assert [(item.name, item.seen_at - T0, item.leads) for item in found] == [("one", 6, True), ("other", 3, False)]
    assert [item.is_silent(T0 + 20) for item in found] == [False, True]
    one.look(90_000)
    assert [item.name for item in hubs(one.store.engine)] == ["one"]


def test_a_command_that_needs_the_database_for_itself_is_refused_while_any_hub_is_there(
    hub: Callable[[str], HubAt], postgres_store_url: str
) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look()
    one.elected.leave()
    engine = open_engine(postgres_store_url)
    with pytest.raises(StorageError, match="another hub works on this database already"), hub_lock(engine):
        pass
    other.elected.leave()
    with hub_lock(engine), pytest.raises(StorageError, match="a command that needs the database for itself"):
        one.elected.enter()
    one.elected.enter()
    engine.dispose()


def test_on_sqlite_the_one_hub_leads_and_a_second_is_refused(sqlite_store_url: str) -> None:
    one, _ = Store.open(sqlite_store_url)
    other, _ = Store.open(sqlite_store_url)
    with hub_on(one.engine, "one", "1.0") as leadership:
        assert isinstance(leadership, Alone)
        assert leadership.step(T0, "settings") == 0
        with pytest.raises(StorageError, match="another hub works"), hub_on(other.engine, "other", "1.0"):
            pass
    one.close()
    other.close()


def test_two_hubs_take_in_the_same_slots_at_once_and_keep_of_each_the_earliest_start(
    hub: Callable[[str], HubAt],
) -> None:
    one, other = hub("one"), hub("other")
    one.look(), other.look()
    World(one.store).adopt(component(check(locations=("here",))))
    numbers = range(0, 2 * DAY, 900)
    start = Barrier(2)

    def take_in(store: Store, started: tuple[int, int], order: int) -> int:
        """In tens, from opposite ends: how they start in even slots, and in odd ones."""
        start.wait(10)
        refused = 0
        for tens in [list(numbers)[at : at + 10] for at in range(0, len(numbers), 10)][::order]:
            batch = [seen(at, started=started[at // 900 % 2], location="new") for at in tens]
            refused += len(store.accept(batch[::order]))
        return refused

    with ThreadPoolExecutor(2) as both:
        first = both.submit(take_in, one.store, (1_000, 1_500), 1)
        second = both.submit(take_in, other.store, (1_200, 1_200), -1)
        assert (first.result(60), second.result(60)) == (0, 0)
    starts = [item.started_ms % 900_000 for item in one.store.results("api", T0, T0 + 2 * DAY)]
    assert starts == [1_000, 1_200] * 96


def test_a_postgresql_that_would_not_end_a_frozen_hubs_session_is_refused(
    hub: Callable[[str], HubAt], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = hub("one")
    monkeypatch.setattr(one.store.engine.dialect, "server_version_info", (13, 9))
    with pytest.raises(StorageError, match="PostgreSQL 14 or newer"), hub_on(one.store.engine, "one", "1.0"):
        pass
