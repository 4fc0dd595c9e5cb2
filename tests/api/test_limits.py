from monitor.api.limits import Limits
from monitor.core.rate import Rate


def test_each_name_has_a_bucket_of_its_own() -> None:
    limits = Limits(Rate(1, 1000), lambda: 0)
    assert [limits.wait(name) for name in ("a", "b", "a")] == [0, 0, 1000]


def test_buckets_stay_bounded_and_those_that_are_full_go_first() -> None:
    now = 0
    limits = Limits(Rate(2, 1000), lambda: now, most=4)
    for name in ("a", "a", "b", "c", "d"):
        limits.wait(name)
    now = 1500  # only a's is not full yet
    limits.wait("e")
    assert limits.wait("a") == 0
    assert limits.wait("a") == 500


def test_among_many_that_are_busy_the_busiest_are_remembered() -> None:
    limits = Limits(Rate(3, 1000), lambda: 0, most=4)
    for name in ("a", "a", "a", "b", "b", "b", "c", "d", "e"):
        limits.wait(name)
    assert (limits.wait("a"), limits.wait("b")) == (1000, 1000)
