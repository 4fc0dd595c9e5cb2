"""When the whole heap is looked through, told by a clock that the test moves."""

import gc
import weakref

import pytest

from monitor.probes.garbage import FEW, OFTEN, SELDOM, Collector
from tests.probes.hands import Hands


class Cycle:
    """Lives until somebody looks for garbage."""

    def __init__(self) -> None:
        self.itself = self


def test_what_only_a_full_collection_finds_is_found_when_few_probes_are_under_way() -> None:
    hands = Hands()
    collector, seen = Collector(hands), weakref.ref(cycle := Cycle())
    gc.collect(1)
    gc.collect(1)  # old by now
    del cycle
    hands.now += OFTEN
    assert collector.step(FEW)
    assert seen() is None


@pytest.mark.parametrize(
    ("waited", "under_way", "expected"),
    [
        (OFTEN - 1, 0, False),
        (OFTEN, FEW, True),
        (OFTEN, FEW + 1, False),
        (SELDOM - 1, 5000, False),
        (SELDOM, 5000, True),
    ],
)
def test_a_crowd_is_waited_for_but_not_for_ever(waited: float, under_way: int, expected: bool) -> None:
    hands = Hands()
    collector = Collector(hands)
    hands.now += waited
    assert collector.step(under_way) is expected
    assert not collector.step(under_way), "the time is counted from the last one"
