"""Downtime of several components: each, added up, and the union; the parts and the whole agree."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.downtime import Downtime, downtime
from monitor.core.interval import Intervals, union
from monitor.core.model import Interval


def test_what_is_down_in_two_components_is_counted_twice_when_added_and_once_in_the_union() -> None:
    api, web = (Interval(0, 100), Interval(200, 250)), (Interval(80, 120),)
    assert downtime([api, web]) == Downtime((150, 40), overlap=20, union=170)
    assert downtime([api, web]).added == 190


def test_three_at_once_are_counted_two_times_too_often() -> None:
    assert downtime([(Interval(0, 10),)] * 3) == Downtime((10, 10, 10), overlap=20, union=10)


def test_outages_that_touch_do_not_overlap() -> None:
    assert downtime([(Interval(0, 10),), (Interval(10, 20),)]) == Downtime((10, 10), overlap=0, union=20)


def test_nothing_down_is_nothing_and_so_are_no_components() -> None:
    assert downtime([(), ()]) == Downtime((0, 0), 0, 0)
    assert downtime([]) == Downtime((), 0, 0)


SETS = st.lists(st.sets(st.integers(0, 60)), max_size=4)


@given(SETS)
def test_the_sum_less_the_overlap_is_the_union_second_by_second(seconds: list[set[int]]) -> None:
    found = downtime([_intervals(each) for each in seconds])
    assert found.parts == tuple(len(each) for each in seconds)
    assert found.union == len(set().union(*seconds))
    assert found.added - found.overlap == found.union


def _intervals(seconds: set[int]) -> Intervals:
    return union(Interval(each, each + 1) for each in seconds)
