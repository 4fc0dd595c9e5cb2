"""A sealed day gives back every result it was made of, is the same whoever seals it, and is small."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.archive import (
    DAY,
    MISSING,
    Hour,
    cells,
    digest_of,
    hours_document,
    hours_of,
    p50_p95,
    seal,
    unseal,
)
from monitor.core.model import Failure, FailureKind, Phases, Result, State

DAY_START = 19_675 * DAY  # 2023-11-14 in UTC


def opened(block: bytes) -> list[Result]:
    return unseal(block, component="api", check="health", location="jakarta", day=DAY_START)


def seen(slot: int, total_ms: int | None = 80, outcome: State = State.UP, definition: str = "a" * 64) -> Result:
    return Result(
        component="api",
        check="health",
        location="jakarta",
        slot=DAY_START + slot,
        started_ms=(DAY_START + slot) * 1000 + 7421,
        outcome=outcome,
        definition=definition,
        phases=Phases(total_ms=total_ms),
    )


def down(slot: int, detail: str = "after 10 s") -> Result:
    phases = Phases(dns_ms=2, connect_ms=0, tls_ms=None, first_byte_ms=70_000, total_ms=70_001)
    failure = Failure(FailureKind.TIMEOUT, detail)
    return replace(
        seen(slot, outcome=State.DOWN),
        phases=phases,
        attempts=2,
        failure=failure,
        first_failure=FailureKind.CONNECTION_RESET,
        first_failure_ms=0,
    )


results = st.builds(
    replace,
    st.sampled_from([seen(0), down(0), down(0, "naïve, with a \N{SNOWMAN}"), seen(0, None, State.UNKNOWN)]),
    started_ms=st.integers(DAY_START * 1000, (DAY_START + 2 * DAY) * 1000),
    definition=st.sampled_from(["a" * 64, "b" * 64, "c" * 64]),
    attempts=st.integers(1, 300),
)
days = st.dictionaries(st.integers(0, DAY - 1), results, min_size=1, max_size=20).map(
    lambda found: [replace(result, slot=DAY_START + slot) for slot, result in found.items()]
)


def without_phases(result: Result) -> Result:
    return replace(result, phases=Phases(total_ms=result.phases.total_ms))


@given(days)
def test_every_result_comes_back_with_its_total_time_and_failure(day: list[Result]) -> None:
    found = opened(seal(DAY_START, day).block)
    expected = sorted(day, key=lambda result: result.slot)
    assert list(map(without_phases, found)) == list(map(without_phases, expected))


@given(days, st.randoms())
def test_the_order_in_which_results_come_changes_nothing(day: list[Result], chance: Random) -> None:
    shuffled = list(day)
    chance.shuffle(shuffled)
    assert seal(DAY_START, shuffled) == seal(DAY_START, day)


@given(days)
def test_the_cells_tell_slot_outcome_and_definition_of_every_result(day: list[Result]) -> None:
    told = [(slot, code, definition) for slot, code, definition in cells(seal(DAY_START, day).block).slots(DAY_START)]
    expected = sorted((item.slot, item.outcome.code, item.definition) for item in day)
    assert told == expected


@given(days)
def test_sealing_what_was_unsealed_gives_the_same_digest_again(day: list[Result]) -> None:
    once = seal(DAY_START, day)
    kept = opened(once.block)
    assert seal(DAY_START, kept).digest == once.digest == digest_of(once.block)


def test_a_regular_day_has_a_cell_for_each_slot_and_none_reported_is_missing() -> None:
    told = cells(seal(DAY_START, [seen(0), seen(60), seen(180)]).block)
    assert (told.step, len(told.outcomes), list(told.outcomes[:5])) == (60, 1440, [0, 0, MISSING, 0, MISSING])
    assert told.single == "a" * 64


def test_a_check_that_was_changed_during_the_day_keeps_both_definitions() -> None:
    told = cells(seal(DAY_START, [seen(0), seen(60, definition="b" * 64)]).block)
    assert told.single is None
    assert [definition[0] for _, _, definition in told.slots(DAY_START)] == ["a", "b"]


def test_the_phases_of_failures_are_kept_whole() -> None:
    day = [seen(0), down(60), seen(120)]
    assert opened(seal(DAY_START, day).block)[1] == day[1]


def test_the_phases_of_good_answers_are_kept_for_every_fifteenth_slot() -> None:
    phases = Phases(dns_ms=1, connect_ms=2, tls_ms=3, first_byte_ms=4, total_ms=10)
    day = [replace(seen(60 * slot), phases=phases) for slot in range(31)]
    found = opened(seal(DAY_START, day).block)
    assert [index for index, result in enumerate(found) if result.phases == phases] == [0, 15, 30]
    assert all(result.phases.total_ms == 10 for result in found)


def test_the_hours_count_results_and_tell_how_long_answers_took() -> None:
    day = [seen(60 * slot, total_ms=slot + 1) for slot in range(60)] + [down(3600), seen(3660, total_ms=5)]
    hours = seal(DAY_START, day).hours
    assert hours[0] == Hour(60, 30, 57, 60)
    assert hours[1] == Hour(2, 5, 5, 5)
    assert hours[2:] == (Hour(),) * 22


def test_the_hours_read_back_from_json_values() -> None:
    hours = seal(DAY_START, [seen(0), seen(7200, total_ms=None, outcome=State.UNKNOWN)]).hours
    assert hours_of(hours_document(hours)) == hours


def test_percentiles_are_times_that_were_measured() -> None:
    assert p50_p95([7]) == (7, 7)
    assert p50_p95(list(range(1, 101))) == (50, 95)
    assert p50_p95([3, 1, 2]) == (2, 3)


def test_a_day_of_ordinary_results_takes_less_than_three_bytes_each() -> None:
    # 80 to 143 ms, spread by a multiplication: six bits of news in each, and two of lateness.
    day = [
        replace(
            seen(60 * slot, total_ms=80 + slot * 2654435761 % 64),
            started_ms=(DAY_START + 60 * slot) * 1000 + 7421 + slot * 40503 % 4,
        )
        for slot in range(1440)
    ]
    assert len(seal(DAY_START, day).block) < 3 * 1440


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ([], "at least one result"),
        ([seen(DAY)], "of that day only"),
        ([seen(-60), seen(0)], "of that day only"),
        ([seen(0), seen(0, total_ms=1)], "one result for each slot"),
    ],
)
def test_what_is_not_a_day_is_refused(day: list[Result], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        seal(DAY_START, day)


@pytest.mark.parametrize("damage", [lambda block: b"", lambda block: block[:40], lambda block: b"\0" * len(block)])
def test_a_damaged_block_is_refused_and_never_half_read(damage: Callable[[bytes], bytes]) -> None:
    block = damage(seal(DAY_START, [seen(0), down(60)]).block)
    with pytest.raises(ValueError, match="cannot be read"):
        digest_of(block)
