"""What a hub hears for its probes: what came to it, and what came to the others before a slot began."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.core.heartbeat import Beat, Signal
from monitor.hub.ears import Ears
from monitor.storage.store import Store
from tests.storage.builders import T0, component

SLOT = T0 + 600


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Of two hubs on one database."""
    opened = [Store.open(f"sqlite:///{tmp_path}/janji.db")[0] for _ in range(2)]
    opened[0].adopt("v1", dict, [component()], now=T0, actor="test")
    yield opened[0], opened[1]
    for store in opened:
        store.close()


async def heard(stores: tuple[Store, Store], now: float, *, alone: bool = False) -> tuple[list[float], bool]:
    """How long the first hub waits before it asks, and whether it hears of a beat that the other one, told of it just
    before the slot began, stores meanwhile."""
    one, other = stores
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        other.beats.append("api", "http", Beat(SLOT, Signal.SUCCESS), "job")

    with ThreadPoolExecutor(1) as writer:
        ears = Ears(one, writer=writer, wall=lambda: now, alone=alone, sleep=sleep)
        found, _ = await ears.heard("api", "http", SLOT, 5.0)
    return waited, found.success == Beat(SLOT, Signal.SUCCESS)


async def test_a_beat_that_came_to_another_hub_as_the_slot_began_counts_for_it(stores: tuple[Store, Store]) -> None:
    assert await heard(stores, SLOT + 0.5) == ([1.5], True)


async def test_a_check_whose_turn_comes_later_in_its_slot_waits_for_nothing(stores: tuple[Store, Store]) -> None:
    assert await heard(stores, SLOT + 2.0) == ([], False)


async def test_a_hub_that_is_alone_waits_for_nobody(stores: tuple[Store, Store]) -> None:
    assert await heard(stores, SLOT + 0.0, alone=True) == ([], False)
