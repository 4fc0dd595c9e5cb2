"""What an agent sends next, how fast, and when it tries again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.exchange import (
    MOST_BYTES,
    MOST_RESULTS,
    Hubs,
    Load,
    Sending,
    Shard,
    came_late,
    halves,
    most_skew_ms,
    parcels,
    pause,
    retry_after,
    skew_ms,
)

QUIET = Sending(last_sent=100.0)


def test_what_was_just_seen_goes_before_what_waited() -> None:
    assert QUIET.next_load(101.0, live=True, backlog=True) is Load.LIVE
    assert QUIET.next_load(101.0, live=False, backlog=True) is Load.BACKLOG
    assert QUIET.next_load(101.0, live=False, backlog=False) is None


def test_a_heartbeat_goes_after_15_seconds_without_a_batch() -> None:
    assert QUIET.next_load(114.9, live=False, backlog=False) is None
    assert QUIET.next_load(115.0, live=False, backlog=False) is Load.HEARTBEAT
    assert Sending().next_load(0.0, live=False, backlog=False) is Load.HEARTBEAT


def test_what_waited_goes_at_500_results_a_second() -> None:
    after = QUIET.sent(200.0, waited=2000, chance=0.5)
    assert after.next_load(203.9, live=False, backlog=True) is None
    assert after.next_load(204.0, live=False, backlog=True) is Load.BACKLOG


def test_a_live_batch_does_not_wait_for_the_backlogs_pace_nor_change_it() -> None:
    paced = QUIET.sent(200.0, waited=2000, chance=0.5)
    assert paced.next_load(201.0, live=True, backlog=True) is Load.LIVE
    assert paced.sent(201.0, waited=0, chance=0.9).next_backlog == 204.0


def test_nothing_is_sent_until_the_pause_after_a_failure_is_over() -> None:
    failed = QUIET.failed(200.0, chance=0.0)
    assert failed.next_load(200.9, live=True, backlog=True) is None
    assert failed.next_load(201.0, live=True, backlog=True) is Load.LIVE
    assert failed.sent(201.0, waited=0, chance=0.0).failures == 0


@pytest.mark.parametrize(("failures", "seconds"), [(0, 1), (1, 2), (2, 4), (5, 32), (6, 60), (10_000, 60)])
def test_pauses_double_up_to_five_minutes(failures: int, seconds: float) -> None:
    assert pause(failures, 0.0) == seconds
    assert pause(failures, 0.5) == seconds * 0.75


def test_the_hub_says_how_long_it_wants_to_be_left_alone() -> None:
    assert pause(3, 0.0, asked=20.0) == 20.0
    assert pause(3, 0.4, asked=20.0) == 22.0
    assert pause(3, 0.0, asked=86_400.0) == 300.0
    assert (retry_after("20"), retry_after(None), retry_after("-1"), retry_after("Tue, 24 Nov 2026")) == (
        20.0,
        None,
        None,
        None,
    )


def test_of_several_hubs_each_has_its_turn_at_once_and_only_a_whole_round_doubles_the_pause() -> None:
    assert [pause(number, 0.0, hubs=3) for number in range(9)] == [1, 1, 1, 1, 1, 2, 1, 1, 4]
    assert pause(3 * 10_000 + 2, 0.0, hubs=3) == 60
    assert QUIET.failed(200.0, chance=0.5, hubs=2).failed(201.0, chance=0.5, hubs=2).next_try == 201.75


TWO, THREE = Hubs.of(["a", "b"]), Hubs.of(["a", "b", "c"])


def test_an_agent_turns_to_the_next_hub_in_their_order_and_round() -> None:
    found, turned = [], THREE
    for at in range(4):
        turned = turned.failed(turned.current, 100.0 + at, "refused")
        found.append(turned.current)
    assert found == ["b", "c", "a", "b"]
    assert TWO.failed("a", 100.0, "refused").works("b").current == "b"


def test_what_another_request_to_a_hub_comes_to_later_turns_nobody_from_the_one_that_works() -> None:
    turned = THREE.failed("a", 100.0, "refused")
    assert turned.failed("a", 120.0, "timeout").current == "b"
    assert turned.works("a").current == "b"


def test_a_hub_that_asked_for_it_is_passed_over_while_it_rests() -> None:
    turned = THREE.failed("a", 100.0, "503", asked=30.0)
    assert (turned.current, turned.asked(100.0)) == ("b", None)
    turned = turned.failed("b", 101.0, "refused")
    assert turned.current == "c"
    assert turned.failed("c", 102.0, "refused").current == "b"
    assert turned.failed("c", 130.0, "refused").current == "a", "it has rested"


def test_where_all_rest_the_first_to_be_asked_again_is_waited_for() -> None:
    turned = TWO.failed("a", 100.0, "503", asked=30.0).failed("b", 101.0, "503", asked=10.0)
    assert (turned.current, turned.asked(101.0)) == ("b", 10.0)
    assert TWO.failed("a", 100.0, "503", asked=86_400.0).failed("b", 100.0, "503", asked=86_400.0).asked(100.0) == 300.0


def test_a_hub_that_is_asked_too_often_is_asked_later_and_no_other_in_its_place() -> None:
    turned = TWO.failed("a", 100.0, "429", asked=20.0, stays=True)
    assert (turned.current, turned.asked(100.0), turned.asked(120.0)) == ("a", 20.0, None)


def test_a_hub_has_less_time_to_answer_while_there_is_another_that_is_not_known_to_be_away() -> None:
    assert Hubs.of(["a"]).patience == 20.0
    assert (TWO.patience, TWO.failed("a", 100.0, "refused").patience) == (10.0, 20.0)
    turned = THREE.failed("a", 100.0, "refused")
    assert (turned.patience, turned.failed("b", 101.0, "refused").patience) == (10.0, 20.0)
    assert turned.works("b").patience == 10.0


def test_reasons_are_kept_for_each_hub_until_one_works() -> None:
    turned = TWO.failed("a", 100.0, "refused").failed("b", 101.0, "timeout").failed("a", 102.0, "503")
    assert turned.away == {"a": "503", "b": "timeout"}
    assert turned.works("b").away == {}


def test_a_list_of_hubs_that_changes_goes_on_with_the_one_that_works() -> None:
    assert Hubs.of(["b", "c"], "c").current == "c"
    assert Hubs.of(["b", "c"], "a").current == "b"


def test_a_batch_holds_at_most_2000_results() -> None:
    assert [len(batch) for batch in parcels((number, 10) for number in range(4500))] == [2000, 2000, 500]


def test_a_batch_holds_at_most_2_mib() -> None:
    third = MOST_BYTES // 3
    assert list(parcels([("a", third), ("b", third), ("c", third), ("d", 1)])) == [["a", "b"], ["c", "d"]]


@given(st.lists(st.integers(0, 3 * MOST_BYTES // 2), max_size=40))
def test_every_result_is_in_one_batch_and_only_a_single_one_may_be_too_large(sizes: list[int]) -> None:
    batches = list(parcels((size, size) for size in sizes))
    assert [size for batch in batches for size in batch] == sizes
    assert all(len(batch) == 1 or sum(batch) < MOST_BYTES for batch in batches)
    assert all(0 < len(batch) <= MOST_RESULTS for batch in batches)


def test_a_refused_batch_is_halved_until_the_bad_result_stands_alone() -> None:
    assert halves([1, 2, 3]) == ([1], [2, 3])
    assert halves([1, 2]) == ([1], [2])


def test_skew_is_measured_at_the_middle_of_a_request() -> None:
    assert skew_ms(10_000, 10_400, 10_200) == 0
    assert skew_ms(10_000, 10_400, 4_200) == 6_000
    assert skew_ms(10_000, 10_400, 17_200) == -7_000


@pytest.mark.parametrize(("every", "most"), [(1, 500), (9, 4500), (10, 5000), (3600, 5000)])
def test_half_a_slot_of_skew_is_too_much_where_slots_are_short(every: int, most: int) -> None:
    assert most_skew_ms(every) == most


@pytest.mark.parametrize(
    ("came", "skew", "late"),
    [
        (10_500, 0, False),
        (10_501, 0, True),
        (9_000, 0, False),  # a clock that is ahead
        (2_400, 8_000, False),  # one that is far ahead, in time
        (2_600, 8_000, True),
        (18_400, -8_000, False),  # one that is far behind, in time
        (99_000, None, False),
    ],
)
def test_a_batch_came_late_that_took_longer_than_any_clock_may_be_off(came: int, skew: int | None, late: bool) -> None:
    assert came_late(10_000, came, skew) is late


@given(st.text(min_size=1), st.integers(1, 9))
def test_each_check_belongs_to_one_shard(key: str, of: int) -> None:
    assert [Shard(number, of).holds(key) for number in range(1, of + 1)].count(True) == 1


def test_shards_are_about_equal() -> None:
    counts = [sum(Shard(number, 3).holds(f"shop/{check}") for check in range(3000)) for number in (1, 2, 3)]
    assert all(900 < count < 1100 for count in counts)


@pytest.mark.parametrize("text", ["", "1", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/2/3"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 1/3"):
        Shard.parse(text)


def test_a_shard_reads_as_it_is_written() -> None:
    assert str(Shard.parse("2/3")) == "2/3"
