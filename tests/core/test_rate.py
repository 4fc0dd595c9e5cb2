import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rate import Rate, take

RATE = Rate(burst=3, interval_ms=100)


def test_a_burst_goes_through_and_the_next_one_waits() -> None:
    full_at, waits = 0, []
    for _ in range(5):
        taken = take(RATE, full_at, 1000)
        full_at = taken.full_at
        waits.append(taken.wait_ms)
    assert waits == [0, 0, 0, 100, 100]  # one that is refused costs nothing


def test_whoever_waits_as_long_as_told_is_let_through() -> None:
    taken = take(RATE, 1300, 1040)
    assert (taken.allowed, taken.wait_ms) == (False, 60)
    assert not take(RATE, 1300, 1099).allowed
    assert take(RATE, 1300, 1100).allowed


def test_a_rest_fills_the_bucket_and_no_more_than_that() -> None:
    assert [take(RATE, full_at, 9000).allowed for full_at in (0, 9100, 9200, 9300)] == [True, True, True, False]


def test_a_rate_that_lets_nothing_through_is_refused() -> None:
    for burst, interval in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="lets at least one through"):
            Rate(burst, interval)


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_in_any_stretch_no_more_go_through_than_a_burst_and_what_was_filled(steps: list[int]) -> None:
    now, full_at, passed = 0, 0, list[int]()
    for step in steps:
        now += step
        taken = take(RATE, full_at, now)
        full_at = taken.full_at
        if taken.allowed:
            passed.append(now)
    for first, start in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= RATE.burst + (passed[last] - start) // RATE.interval_ms
