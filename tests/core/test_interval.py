import pytest

from monitor.core.interval import intersect, seconds_in, subtract, union
from monitor.core.model import Interval


def of(*pairs: tuple[int, int]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in pairs)


def test_a_union_merges_what_overlaps_or_touches_and_drops_what_is_empty() -> None:
    assert union(of((50, 60), (10, 20), (15, 30), (30, 40), (45, 45))) == of((10, 40), (50, 60))


def test_what_lies_inside_the_one_before_it_makes_a_union_no_longer_and_no_shorter() -> None:
    assert union(of((0, 5), (10, 20), (15, 30))) == of((0, 5), (10, 30))
    assert union(of((0, 5), (10, 30), (15, 20))) == of((0, 5), (10, 30))


def test_what_ends_before_it_begins_holds_no_second() -> None:
    assert union(of((20, 10), (30, 40))) == of((30, 40))


def test_what_is_a_set_already_is_given_back_as_it_is() -> None:
    already = of((0, 5), (10, 30), (40, 50))
    assert union(already) is already


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
        (of((10, 20)), of((0, 5), (12, 15)), of((10, 12), (15, 20))),
        (of((0, 10), (20, 30)), of((-9, -5), (12, 15)), of((0, 10), (20, 30))),
    ],
)
def test_a_difference_holds_the_seconds_of_the_first_alone(
    left: tuple[Interval, ...], right: tuple[Interval, ...], rest: tuple[Interval, ...]
) -> None:
    assert subtract(left, right) == rest


def test_seconds_that_lie_in_two_intervals_count_once() -> None:
    assert seconds_in(of((0, 10), (5, 15))) == 15


def test_a_thousand_intervals_are_taken_as_three_are() -> None:
    # Of each ten seconds the first six and the fifth to the ninth: both hold the fifth and the sixth.
    first = of(*((ten, ten + 6) for ten in range(0, 10_000, 10)), (20_000, 20_001))
    last = of(*((ten + 4, ten + 9) for ten in range(0, 10_000, 10)))
    both = of(*((ten + 4, ten + 6) for ten in range(0, 10_000, 10)))
    assert intersect(first, last) == intersect(last, first) == both
    assert subtract(first, last) == of(*((ten, ten + 4) for ten in range(0, 10_000, 10)), (20_000, 20_001))
    assert seconds_in(last) == 5000
