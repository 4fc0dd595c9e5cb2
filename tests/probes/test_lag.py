"""How late the loop was, told by a clock that the test moves."""

import asyncio

import pytest

from monitor.probes.lag import LagWatcher, SystemClock
from tests.probes.hands import Hands


@pytest.fixture
def hands() -> Hands:
    return Hands()


async def test_a_loop_on_time_is_not_late(hands: Hands) -> None:
    watcher = LagWatcher(hands)
    with watcher.watch() as lateness:
        hands.now += 0.05
        watcher.woken()
        assert lateness() == 0


async def test_the_worst_lateness_since_the_beginning_is_told(hands: Hands) -> None:
    watcher = LagWatcher(hands)
    with watcher.watch() as lateness:
        for late in (0.4, 0.1, 0.2):
            hands.now += 0.05 + late
            watcher.woken()
        assert lateness() == pytest.approx(0.4)
        with watcher.watch() as later:
            assert later() == 0
            hands.now += 0.05 + 0.3
            watcher.woken()
            assert later() == pytest.approx(0.3)
        assert lateness() == pytest.approx(0.4)


async def test_lateness_that_still_goes_on_counts(hands: Hands) -> None:
    with LagWatcher(hands).watch() as lateness:
        hands.now += 0.05 + 0.7
        assert lateness() == pytest.approx(0.7)


async def test_lateness_from_before_the_beginning_does_not_count(hands: Hands) -> None:
    watcher = LagWatcher(hands)
    with watcher.watch():
        hands.now += 0.05 + 0.9
        with watcher.watch() as lateness:
            hands.now += 0.1
            watcher.woken()
            assert lateness() == pytest.approx(0.1)


async def test_nothing_is_carried_over_from_an_earlier_watch(hands: Hands) -> None:
    watcher = LagWatcher(hands)
    with watcher.watch():
        hands.now += 5
        watcher.woken()
    hands.now += 60
    with watcher.watch() as lateness:
        assert lateness() == 0


async def test_nobody_watching_leaves_no_timer_behind() -> None:
    clock = SystemClock()
    with clock.watch() as lateness:
        await asyncio.sleep(0)
        assert lateness() >= 0
    assert clock._lag._timer is not None
    assert clock._lag._timer.cancelled()
