"""What the spools of hubs gave up: each tells its own count, and together they are what a location lost."""

from monitor.core.backlog import Loss
from monitor.storage.store import Store
from tests.storage.builders import T0


def test_what_a_spool_gave_up_is_kept_by_location(store: Store) -> None:
    assert store.losses.all() == {}
    store.losses.note("one", {"jakarta": 3, "singapore": 1}, T0)
    assert store.losses.all() == {"jakarta": Loss(3, T0, T0), "singapore": Loss(1, T0, T0)}


def test_a_count_that_is_told_again_is_no_new_loss(store: Store) -> None:
    for seconds, count in ((0, 3), (60, 3), (120, 7), (180, 7)):
        store.losses.note("one", {"jakarta": count}, T0 + seconds)
    assert store.losses.all() == {"jakarta": Loss(7, T0, T0 + 120)}


def test_the_spools_of_several_hubs_add_up(store: Store) -> None:
    store.losses.note("one", {"jakarta": 3}, T0)
    store.losses.note("two", {"jakarta": 2}, T0 + 60)
    store.losses.note("one", {"jakarta": 4}, T0 + 120)
    assert store.losses.all() == {"jakarta": Loss(6, T0, T0 + 120)}
