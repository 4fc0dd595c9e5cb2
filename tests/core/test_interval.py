import pytest

from monitor.core.interval import intersect, seconds_in, subtract, union
from monitor.core.model import Interval


def of(*pairs: tuple[int, int]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in pairs)


def test_a_union_merges_what_overlaps_or_touches_and_drops_what_is_empty() -> None:
    assert union(of((50, 60), (10, 20), (15, 30), (30, 40), (45, 45))) == of((10, 40), (50, 60))


def test_an_intersection_holds_the_seconds_of_both() -> None:
    assert intersect(of((0, 10), (20, 30)), of((5, 25), (29, 40))) == of((5, 10), (20, 25), (29, 30))


def test_intervals_that_only_touch_share_no_second() -> None:
    assert intersect(of((0, 10)), of((10, 20))) == ()


@pytest.mark.parametrize(
    ("left", "right", "rest"),
    [
        (of((0, 10)), of((3, 5), (7, 8)), of((0, 3), (5, 7), (8, 10))),
        (of((0, 10)), of((0, 10)), ()),
        (of((0, 10), (20, 30)), of((5, 25)), of((0, 5), (25, 30))),
        (of((0, 10), (10, 20)), of((-5, 2), (19, 40)), of((2, 19))),
        (of((0, 10)), (), of((0, 10))),
    ],
)
def test_a_difference_holds_the_seconds_of_the_first_alone(
    left: tuple[Interval, ...], right: tuple[Interval, ...], rest: tuple[Interval, ...]
) -> None:
    assert subtract(left, right) == rest


def test_seconds_that_lie_in_two_intervals_count_once() -> None:
    assert seconds_in(of((0, 10), (5, 15))) == 15
