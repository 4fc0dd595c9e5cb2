"""Which owed messages are tried now, and when failed ones are tried again."""

from dataclasses import dataclass

import pytest

from monitor.core.delivery import next_try, startable


@dataclass(frozen=True, slots=True)
class Owed:
    no: int
    event: str = ""
    target: str = "a"
    channel: str = "engineering"
    next_try: int = 0
    about: tuple[int, ...] = ()


def numbers(owed: list[Owed], under_way: dict[int, str] | None = None, now: int = 100) -> list[int]:
    return [item.no for item in startable(owed, now, under_way or {})]


def test_what_is_due_is_tried_oldest_first() -> None:
    assert numbers([Owed(1, "1/fired"), Owed(2, "2/fired", target="b"), Owed(3, "3/fired", next_try=101)]) == [1, 2]


def test_what_is_being_tried_is_not_tried_a_second_time() -> None:
    assert numbers([Owed(1, "1/fired"), Owed(2, "2/fired")], {1: "a"}) == [2]


def test_a_target_has_two_tries_at_once_at_most() -> None:
    owed = [Owed(number, f"{number}/fired") for number in range(1, 5)]
    assert numbers(owed) == [1, 2]
    assert numbers(owed, {1: "a"}) == [2]
    assert numbers(owed, {1: "a", 2: "a"}) == []


def test_a_hundred_messages_to_a_target_that_hangs_do_not_hold_up_another() -> None:
    hanging = [Owed(number, f"{number}/fired") for number in range(1, 101)]
    assert numbers([*hanging, Owed(101, "101/fired", target="b")], {1: "a", 2: "a"}) == [101]


def test_sixteen_tries_run_at_once_at_most() -> None:
    owed = [Owed(number, f"{number}/fired", target=str(number)) for number in range(1, 21)]
    assert numbers(owed) == list(range(1, 17))


def test_a_recovery_waits_for_the_message_before_it() -> None:
    owed = [Owed(1, "7/fired", next_try=200), Owed(2, "7/recovered")]
    assert numbers(owed) == []
    assert numbers(owed, now=200) == [1]
    assert numbers(owed[1:]) == [2]


def test_a_recovery_waits_for_its_own_episode_and_its_own_address_only() -> None:
    owed = [Owed(1, "7/fired", next_try=200), Owed(2, "8/recovered"), Owed(3, "7/recovered", target="b")]
    assert numbers(owed) == [2, 3]


@pytest.mark.parametrize(
    ("tries", "least", "most"), [(0, 10, 12), (1, 20, 25), (2, 40, 50), (6, 640, 800), (7, 900, 1125), (99, 900, 1125)]
)
def test_waits_double_up_to_a_quarter_of_an_hour_and_are_spread(tries: int, least: int, most: int) -> None:
    waits = []
    for number in range(50):
        again = next_try(number, tries, created_at=1000, now=1000)
        assert again is not None
        waits.append(again - 1000)
    assert least <= min(waits) <= max(waits) <= most
    assert len(set(waits)) > 1


def test_a_message_is_given_up_after_a_day() -> None:
    assert next_try(1, 90, created_at=0, now=86_399) is not None
    assert next_try(1, 90, created_at=0, now=86_400) is None
