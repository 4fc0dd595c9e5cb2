from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.schedule import Agenda, Due, Timing, change_instant, due_rate, first_due, slot_of

HOUR = 3600
EVERIES = [seconds for seconds in range(1, HOUR + 1) if HOUR % seconds == 0]

API = Timing("api/http", every=60, timeout_ms=10_000)


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    every = draw(st.sampled_from(EVERIES))
    timeout = draw(st.integers(1, every * 1000))
    room = every * 1000 - 2 * timeout
    retry = draw(st.integers(0, room)) if room >= 0 else 0
    return Timing(draw(st.text(max_size=20)), every, timeout, retry)


def test_a_budget_is_one_attempt_or_two_and_the_pause_between() -> None:
    assert API.budget_ms == 10_000
    assert replace(API, retry_ms=5_000).budget_ms == 25_000


def test_the_phase_is_the_same_at_every_location_and_on_every_machine() -> None:
    # sha256("api/http") = 44e211b27b60419f…; modulo 60 000 - 10 000 + 1
    assert API.phase_ms == 0x44E211B27B60419F % 50_001


@given(timings())
def test_every_attempt_that_starts_on_time_ends_inside_its_slot(timing: Timing) -> None:
    due = first_due(timing, 1_700_000_000_000)
    assert due is not None
    slot_ms = due.slot * 1000
    assert slot_ms <= due.at_ms
    assert due.at_ms + timing.budget_ms <= slot_ms + timing.every * 1000
    room = slot_ms + timing.every * 1000 - timing.budget_ms
    assert due.at_ms <= room <= due.latest_ms <= room + 250
    assert due.latest_ms < slot_ms + timing.every * 1100, "at most a tenth of the slot late"


@given(timings(), st.integers(0, 2_000_000_000_000))
def test_due_times_come_from_the_epoch_and_not_from_the_last_run(timing: Timing, from_ms: int) -> None:
    due = first_due(timing, from_ms)
    assert due is not None
    assert due.slot % timing.every == 0
    assert due.at_ms == due.slot * 1000 + timing.phase_ms
    assert from_ms <= due.at_ms < from_ms + timing.every * 1000


def test_one_slot_follows_another_and_none_is_given_twice() -> None:
    agenda = Agenda([API], 600_000)
    taken = [due for now in range(600_000, 900_000, 1_000) for due in agenda.pop_due(now)]
    assert [due.slot for due in taken] == [600, 660, 720, 780, 840]
    assert {due.at_ms - due.slot * 1000 for due in taken} == {API.phase_ms}


def test_a_probe_that_runs_late_does_not_shift_the_next() -> None:
    agenda = Agenda([API], 600_000)
    late = 600_000 + 50_000
    assert [due.slot for due in agenda.pop_due(late)] == [600]
    assert agenda.next_ms == 660_000 + API.phase_ms


def test_nothing_due_before_the_first_moment_is_given_out() -> None:
    agenda = Agenda([API], 600_000 + API.phase_ms + 1)
    assert agenda.pop_due(659_999) == []
    assert agenda.next_ms == 660_000 + API.phase_ms
    assert Agenda([API], 600_000 + API.phase_ms).next_ms == 600_000 + API.phase_ms


def test_a_slot_whose_time_has_run_out_is_left_out() -> None:
    agenda = Agenda([API], 600_000)
    assert agenda.pop_due(600_000 + 50_251) == []
    assert agenda.next_ms == 660_000 + API.phase_ms


def test_after_a_long_stop_only_the_slot_that_can_still_be_probed_is_given_out() -> None:
    agenda = Agenda([API], 600_000)
    day_later = 87_000_000 + API.phase_ms
    assert [due.slot for due in agenda.pop_due(day_later)] == [87_000]
    assert agenda.pop_due(day_later) == []


def test_probes_come_out_in_order_of_time() -> None:
    checks = [Timing(f"api/{number}", 60, 1_000) for number in range(20)]
    due = Agenda(checks, 0).pop_due(119_000)
    moments = [item.at_ms for item in due]
    assert moments == sorted(moments)
    assert len({(item.key, item.slot) for item in due}) == len(due)


def test_terms_are_probed_from_their_first_slot_to_their_last() -> None:
    timing = replace(API, start=660, end=780)
    assert first_due(timing, 0) == Due(660_000 + API.phase_ms, "api/http", 660, 710_250, 660)
    agenda = Agenda([timing], 0)
    slots = [due.slot for now in range(0, 1_200_000, 10_000) for due in agenda.pop_due(now)]
    assert slots == [660, 720]
    assert agenda.next_ms is None
    assert len(agenda) == 0
    assert first_due(timing, 780_000) is None


def test_new_terms_of_a_check_follow_the_old_without_a_gap_or_a_double() -> None:
    old = replace(API, end=720)
    new = Timing("api/http", every=30, timeout_ms=5_000, start=720)
    agenda = Agenda([old, new], 600_000)
    slots = [due.slot for now in range(600_000, 810_000, 1_000) for due in agenda.pop_due(now)]
    assert slots == [600, 660, 720, 750, 780]


@pytest.mark.parametrize(
    ("instant", "every", "slot"), [(0, 60, 0), (59, 60, 0), (60, 60, 60), (3599, 3600, 0), (7, 1, 7)]
)
def test_a_slot_starts_on_the_grid_of_the_epoch(instant: int, every: int, slot: int) -> None:
    assert slot_of(instant, every) == slot


@pytest.mark.parametrize(
    ("now", "everies", "instant"),
    [
        (100, (60,), 120),
        (120, (60,), 180),
        (100, (60, 10), 120),
        (100, (60, 90), 180),
        (100, (20, 30), 120),
        (100, (60, 3600), 3600),
    ],
)
def test_a_change_begins_with_the_next_slot_of_both_lengths(now: int, everies: tuple[int, ...], instant: int) -> None:
    assert change_instant(now, *everies) == instant


def test_the_starts_a_second_are_added_up() -> None:
    assert due_rate([Timing("a", 10, 2_000), Timing("b", 5, 3_000)]) == pytest.approx(1 / 8 + 1 / 2)


def test_the_starts_a_second_are_those_of_the_part_of_the_slot_where_probes_may_start() -> None:
    # budget 3 s + 2 s + 3 s of 10 s: all of them start in the first two seconds
    assert due_rate([Timing(f"c{number}", 10, 3_000, 2_000) for number in range(1000)]) == pytest.approx(500)


def test_a_check_without_any_room_starts_once_a_slot() -> None:
    assert due_rate([Timing("a", 10, 10_000)]) == 1


def test_a_check_whose_budget_is_its_whole_slot_may_still_start_a_little_late() -> None:
    timing = Timing("api/http", every=10, timeout_ms=10_000)
    agenda = Agenda([timing], 600_000)
    assert [due.slot for due in agenda.pop_due(600_000 + 250)] == [600]
    assert agenda.pop_due(610_000 + 251) == []
