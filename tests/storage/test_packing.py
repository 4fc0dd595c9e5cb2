"""What a reader packed is written by the next step, unless it is another matter by then."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.core.archive import DAY
from monitor.storage.packing import Late, Packed
from monitor.storage.store import StorageAway, Store
from tests.storage.builders import DOWN, T0, UP, World, check, component, seen, slots
from tests.storage.test_sealing import SEALABLE, YEARS, entries, kept_house, read, rows, settled


@pytest.fixture
def reading(store: Store, store_url: str) -> Iterator[Store]:
    opened = Store.open_read_only(store_url)
    yield opened
    opened.close()


def begun(world: World) -> None:
    settled(world, 5)
    assert world.store.sealing.step(T0 + SEALABLE, YEARS)


def test_a_reader_packs_and_the_writer_writes(world: World, reading: Store) -> None:
    given = slots(UP, DOWN, UP)
    world.accept(*given)
    begun(world)
    steps = 0
    while world.store.sealing.step(T0 + SEALABLE, YEARS, reading.sealing.prepare(T0 + SEALABLE)):
        steps += 1
    assert steps == 4  # one pair, then its rows may go, then they go, then the ledger is told
    assert (rows(world.store, "result"), read(world.store)) == (0, given)
    assert entries(world.store) == [("day sealed", 3)]


def test_what_was_packed_before_a_takeover_is_not_written_twice(world: World, reading: Store) -> None:
    world.accept(*slots(UP, DOWN))
    begun(world)
    work = reading.sealing.prepare(T0 + SEALABLE)
    assert isinstance(work, Packed)
    kept_house(world, SEALABLE)
    assert world.store.sealing.step(T0 + SEALABLE, YEARS, work)
    assert entries(world.store) == [("day sealed", 2)]
    assert world.store.damaged() == []


def test_a_late_result_that_comes_while_others_are_packed_is_not_lost(world: World, reading: Store) -> None:
    world.accept(*slots(UP))
    begun(world)
    kept_house(world, SEALABLE)
    world.accept(seen(60, UP))
    work = reading.sealing.prepare(T0 + SEALABLE + 3600)
    assert isinstance(work, Late)
    world.accept(seen(120, DOWN))
    world.store.sealing.step(T0 + SEALABLE + 3600, YEARS, work)
    assert rows(world.store, "late_result") == 2
    kept_house(world, SEALABLE + 3600)
    assert [item.outcome for item in read(world.store)] == [UP, UP, DOWN]


def test_of_a_late_result_that_is_replaced_while_it_is_packed_the_better_one_is_kept(
    world: World, reading: Store
) -> None:
    world.accept(*slots(UP))
    begun(world)
    kept_house(world, SEALABLE)
    world.accept(seen(60, UP, started=1_000))
    work = reading.sealing.prepare(T0 + SEALABLE + 3600)
    world.accept(seen(60, DOWN, started=900))
    world.store.sealing.step(T0 + SEALABLE + 3600, YEARS, work)
    kept_house(world, SEALABLE + 3600)
    assert [item.outcome for item in read(world.store)] == [UP, DOWN]


def test_a_result_on_another_grid_that_is_sent_again_meanwhile_does_not_stop_the_sweep(world: World) -> None:
    odd = replace(seen(90), slot=T0 + 90)
    world.accept(seen(0), odd)
    begun(world)
    world.accept(odd)  # its sender did not hear that it was taken; the day is being sealed by now
    kept_house(world, SEALABLE)
    kept_house(world, SEALABLE + 3600)
    assert [item.slot - T0 for item in read(world.store)] == [0, 90]


def test_the_blocks_of_a_removed_day_go_by_and_by(store: Store) -> None:
    world = World(store)
    places = tuple(f"place-{number}" for number in range(250))
    world.adopt(component(check(locations=places)), at=-60)
    world.accept(*(seen(0, location=place) for place in places))
    settled(world, 1)
    kept_house(world, SEALABLE)
    at = T0 + 11 * DAY
    assert store.sealing.step(at, 10 * DAY)
    left = [rows(store, "sealed_block")]
    while store.sealing.step(at, 10 * DAY):
        left.append(rows(store, "sealed_block"))
    assert left == [250, 50, 0]
    assert entries(store)[-1] == ("day removed", 250)


def test_a_backup_that_reads_does_not_hold_up_results_while_a_day_goes(postgres_store_url: str) -> None:
    store, _ = Store.open(postgres_store_url)
    world = World(store)
    world.adopt(component())
    world.accept(*slots(UP, UP), seen(3 * DAY))
    begun(world)
    reader = Store.open_read_only(postgres_store_url)
    with reader.transaction() as connection:
        connection.exec_driver_sql("select count(*) from result")
        with pytest.raises(StorageAway, match="lock timeout"):
            kept_house(world, SEALABLE)
        assert world.accept(seen(3 * DAY + 60)) == []
    kept_house(world, SEALABLE)
    assert rows(store, "result") == 2
    reader.close()
    store.close()
