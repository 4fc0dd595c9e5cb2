"""Silence is down from the instant a beat was due, but only where it would have been heard."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.heartbeat import (
    SIGNALS,
    Beat,
    Deadline,
    Heard,
    Listening,
    Rhythm,
    Signal,
    asked_at,
    begun,
    next_due,
    observe,
)
from monitor.core.model import FailureKind, Seconds, State

HOURLY = Rhythm(3600, 300)


def test_what_other_hubs_were_told_is_asked_for_two_seconds_after_the_slot_began() -> None:
    assert asked_at(600, 600.25, 5.0) == 602.0
    assert asked_at(600, 630.0, 5.0) == 630.0, "a check whose turn comes later waits for nothing"
    assert asked_at(600, 600.25, 0.5) == 600.75, "and none for longer than it may"


WORKDAYS = range(5)
JAKARTA = Deadline(time(6), ZoneInfo("Asia/Jakarta"), WORKDAYS, 12 * 3600)
ALWAYS = Listening(0, 0, 0, 2**40)


def utc(text: str) -> Seconds:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def wib(text: str) -> Seconds:
    return utc(text) - 7 * 3600


def done(at: Seconds, took_ms: int | None = None) -> Heard:
    return Heard(success=Beat(at, Signal.SUCCESS, took_ms))


def failed(at: Seconds, success: Seconds | None = None, message: str = "") -> Heard:
    before = None if success is None else Beat(success, Signal.SUCCESS)
    return Heard(success=before, fail=Beat(at, Signal.FAIL, message=message), failed=True)


def seen(
    promise: Rhythm | Deadline, heard: Heard, at: Seconds, listening: Listening = ALWAYS
) -> tuple[State, FailureKind | None]:
    found = observe(promise, heard, listening, at)
    return found.outcome, None if found.failure is None else found.failure.kind


SILENT = (State.DOWN, FailureKind.SILENT)
SAID_FAILED = (State.DOWN, FailureKind.SAID_FAILED)
WARNED = (State.DEGRADED, FailureKind.SAID_FAILED)
DEAF = (State.UNKNOWN, FailureKind.NOT_LISTENING)
NEW = (State.UNKNOWN, FailureKind.NO_BEAT_YET)
UP = (State.UP, None)


@pytest.mark.parametrize(("after", "expected"), [(0, UP), (3899, UP), (3900, SILENT), (10**6, SILENT)])
def test_a_job_with_a_period_is_down_from_the_second_that_its_beat_is_overdue(
    after: Seconds, expected: tuple[State, FailureKind | None]
) -> None:
    assert seen(HOURLY, done(1_000_000), 1_000_000 + after) == expected


def test_a_period_and_its_grace_are_added_up() -> None:
    job = Rhythm(600, 600)
    assert [seen(job, done(1_000_000), 1_000_000 + after) for after in (1199, 1200)] == [UP, SILENT]


def test_a_job_that_never_sent_a_beat_is_unknown_whatever_it_promised() -> None:
    assert seen(HOURLY, Heard(), 10**7) == NEW
    assert seen(JAKARTA, Heard(start=Beat(5, Signal.START)), wib("2026-11-27 09:00")) == NEW


def test_a_job_with_a_period_that_says_it_failed_is_down_until_it_succeeds() -> None:
    assert seen(HOURLY, failed(1_000_100, success=1_000_000), 1_000_100) == SAID_FAILED
    assert seen(HOURLY, failed(1_000_100), 1_000_100) == SAID_FAILED
    later = Heard(success=Beat(1_000_200, Signal.SUCCESS), fail=Beat(1_000_100, Signal.FAIL))
    assert seen(HOURLY, later, 1_000_200) == UP


@pytest.mark.parametrize(
    ("beat", "at", "expected"),
    [
        ("2026-11-27 05:10", "2026-11-27 05:59:59", UP),
        ("2026-11-27 05:10", "2026-11-27 06:00", UP),
        ("2026-11-27 06:00", "2026-11-27 06:00", UP),  # on the second
        ("2026-11-26 18:00", "2026-11-27 06:00", UP),  # twelve hours before, inclusive
        ("2026-11-26 17:59:59", "2026-11-27 05:59", UP),
        ("2026-11-26 17:59:59", "2026-11-27 06:00", SILENT),  # that was for the day before
        ("2026-11-26 05:10", "2026-11-27 06:01", SILENT),
        ("2026-11-27 06:20", "2026-11-27 06:20", UP),  # late: what was down before stays down in the books
        ("2026-11-27 05:10", "2026-11-30 05:59", UP),  # nothing is due on the weekend
        ("2026-11-27 05:10", "2026-11-30 06:00", SILENT),
        ("2026-11-26 05:10", "2026-11-29 12:00", SILENT),  # Friday's never came, and nothing after it
    ],
)
def test_a_daily_deadline_is_kept_by_a_beat_in_the_window_before_it(
    beat: str, at: str, expected: tuple[State, FailureKind | None]
) -> None:
    assert seen(JAKARTA, done(wib(beat)), wib(at)) == expected


@pytest.mark.parametrize(
    ("fail", "success", "at", "expected"),
    [
        ("2026-11-27 03:00", "2026-11-26 05:00", "2026-11-27 03:00", WARNED),  # there is time to mend it
        ("2026-11-27 03:00", "2026-11-26 05:00", "2026-11-27 06:00", SAID_FAILED),
        (
            "2026-11-26 05:00",
            "2026-11-25 05:00",
            "2026-11-27 06:00",
            SILENT,
        ),  # yesterday's failure says nothing of today
        ("2026-11-27 03:00", None, "2026-11-27 05:00", WARNED),  # its first word ever
        ("2026-11-27 03:00", None, "2026-11-27 06:00", SAID_FAILED),
        ("2026-11-27 08:00", "2026-11-27 05:00", "2026-11-27 08:00", WARNED),  # the promise of today was kept
        ("2026-11-27 06:00", None, "2026-11-27 06:00", SAID_FAILED),  # on the second: nothing can be mended any more
        ("2026-11-26 18:00", "2026-11-26 05:00", "2026-11-27 06:00", SAID_FAILED),  # twelve hours before, inclusive
    ],
)
def test_a_run_that_fails_before_its_deadline_is_degraded_and_down_only_after_it(
    fail: str, success: str | None, at: str, expected: tuple[State, FailureKind | None]
) -> None:
    heard = failed(wib(fail), None if success is None else wib(success))
    assert seen(JAKARTA, heard, wib(at)) == expected


def test_what_a_job_said_and_began_stands_in_the_detail() -> None:
    told = observe(HOURLY, failed(1_000_100, message="exit code 3"), ALWAYS, 1_000_100)
    assert told.failure is not None
    assert told.failure.detail == "exit code 3"
    heard = Heard(
        start=Beat(utc("2026-11-27 10:00"), Signal.START), success=Beat(utc("2026-11-27 09:00"), Signal.SUCCESS)
    )
    silent = observe(HOURLY, heard, ALWAYS, utc("2026-11-27 10:30"))
    assert silent.failure is not None
    assert silent.failure.detail == (
        "due 2026-11-27T10:05:00Z, the last one came 2026-11-27T09:00:00Z; begun 2026-11-27T10:00:00Z, not ended"
    )


@pytest.mark.parametrize("start", ["2026-11-27 08:59", "2026-11-27 09:00"])
def test_a_run_that_ended_is_not_called_begun(start: str) -> None:
    heard = Heard(start=Beat(utc(start), Signal.START), success=Beat(utc("2026-11-27 09:00"), Signal.SUCCESS))
    silent = observe(HOURLY, heard, ALWAYS, utc("2026-11-27 10:30"))
    assert silent.failure is not None
    assert silent.failure.detail == "due 2026-11-27T10:05:00Z, the last one came 2026-11-27T09:00:00Z"


def test_a_deadline_once_a_week_is_found_a_whole_week_away() -> None:
    friday = Deadline(time(6), ZoneInfo("Asia/Jakarta"), [4], 3600)
    assert friday.next(wib("2026-11-27 06:00")) == wib("2026-12-04 06:00")
    assert friday.last(wib("2026-11-27 05:59")) == wib("2026-11-20 06:00")
    # 23:30 is skipped in Nuuk on 28 March: that deadline is half past midnight, and the one before is eight days back.
    nuuk = Deadline(time(23, 30), ZoneInfo("America/Nuuk"), [5], 3600)
    assert nuuk.last(utc("2026-03-29 01:29")) == utc("2026-03-22 01:30")
    assert nuuk.last(utc("2026-03-29 01:30")) == utc("2026-03-29 01:30")


def test_a_deadline_moves_with_the_clocks_of_its_zone() -> None:
    berlin = Deadline(time(2, 30), ZoneInfo("Europe/Berlin"), range(7), 3600)
    assert berlin.last(utc("2026-03-29 12:00")) == utc("2026-03-29 01:30")  # 02:30 is skipped: 03:30
    assert berlin.last(utc("2026-10-25 12:00")) == utc("2026-10-25 00:30")  # doubled: the first one
    assert berlin.last(utc("2026-07-01 12:00")) == utc("2026-07-01 00:30")
    assert berlin.next(utc("2026-07-01 00:30")) == utc("2026-07-02 00:30")


def test_the_next_beat_is_due_after_the_period_and_its_grace_or_at_the_next_deadline() -> None:
    assert next_due(HOURLY, done(1000), 2000) == 4900
    assert next_due(HOURLY, Heard(), 2000) is None
    assert next_due(JAKARTA, Heard(), wib("2026-11-27 06:00")) == wib("2026-11-30 06:00")


# Our own ears. The last beat came at 1,000,000, the next one was due by 1,003,900.
LAST, DUE = 1_000_000, 1_003_900


@pytest.mark.parametrize(
    ("listening", "at", "expected"),
    [
        # Away for long while it was due: a whole period of silence has to be heard first.
        (Listening(1_005_000, 1_005_000, 1_005_000, 2**40), 1_005_000, DEAF),
        (Listening(1_005_000, 1_005_000, 1_005_000, 2**40), 1_008_899, DEAF),
        (Listening(1_005_000, 1_005_000, 1_005_000, 2**40), 1_008_900, SILENT),
        # Away for 40 s while it was due: whoever tried in vain tries again within 40 s, and a minute to spare.
        (Listening(0, DUE - 20, DUE + 20, 2**40), DUE + 20, DEAF),
        (Listening(0, DUE - 20, DUE + 20, 2**40), DUE + 119, DEAF),
        (Listening(0, DUE - 20, DUE + 20, 2**40), DUE + 120, SILENT),
        (Listening(0, DUE - 20, DUE + 20, 2**40), DUE + 500, SILENT),
        (Listening(0, DUE, DUE + 40, 2**40), DUE + 40, DEAF),  # it may have come on the second
        # It may have come too early for its time, and in the gap.
        (Listening(0, DUE - 60, DUE - 20, 2**40), DUE + 79, DEAF),
        (Listening(0, DUE - 60, DUE - 20, 2**40), DUE + 80, SILENT),
        # Away for a moment after it was overdue: that was heard.
        (Listening(0, DUE + 60, DUE + 90, 2**40), DUE + 90, SILENT),
        # Away before the beat: of no account.
        (Listening(LAST - 100, LAST - 100, LAST - 100, 2**40), DUE, SILENT),
    ],
)
def test_silence_that_nobody_could_hear_is_unknown(
    listening: Listening, at: Seconds, expected: tuple[State, FailureKind | None]
) -> None:
    assert seen(HOURLY, done(LAST), at, listening) == expected


def test_a_deadline_that_passed_while_nobody_listened_is_unknown_until_the_next_beat_or_deadline() -> None:
    away = begun(wib("2026-11-27 06:30"))
    heard = done(wib("2026-11-26 05:00"))
    assert seen(JAKARTA, heard, wib("2026-11-27 06:30"), away) == DEAF
    assert seen(JAKARTA, heard, wib("2026-11-30 05:59"), away) == DEAF
    assert seen(JAKARTA, heard, wib("2026-11-30 06:00"), away) == SILENT
    assert seen(JAKARTA, done(wib("2026-11-27 07:00")), wib("2026-11-27 07:00"), away) == UP
    # A failure that was heard may have been followed by a success that was not.
    assert seen(JAKARTA, failed(wib("2026-11-27 03:00")), wib("2026-11-27 06:30"), away) == DEAF


def test_listening_survives_short_gaps_and_begins_anew_after_long_ones() -> None:
    ears = begun(1000).at(1010, restarted=False)
    assert ears == Listening(1000, 1000, 1000, 1010)
    assert ears.at(1030, restarted=False) == Listening(1000, 1000, 1000, 1030)  # a slow second
    assert ears.at(1100, restarted=False) == Listening(1000, 1010, 1100, 1100)  # it stood still
    assert ears.at(1012, restarted=True) == Listening(1000, 1010, 1012, 1012)
    assert ears.at(1040, restarted=False).gap == 1000
    assert ears.at(1041, restarted=False).gap == 1010
    assert ears.at(1610, restarted=True).since == 1000
    assert ears.at(1611, restarted=True) == begun(1611)
    assert ears.at(500, restarted=False).until == 1010  # a clock that was set back


def test_restarts_that_follow_one_another_closely_are_one_gap() -> None:
    close = begun(1000).at(1010, restarted=True).at(1020, restarted=False).at(1025, restarted=True)
    assert (close.gap, close.resumed) == (1000, 1025)
    apart = begun(1000).at(1010, restarted=True)
    for now in range(1020, 1081, 10):
        apart = apart.at(now, restarted=False)
    assert (apart.at(1085, restarted=True).gap, apart.at(1085, restarted=True).resumed) == (1080, 1085)
    assert apart.at(1090, restarted=False).at(1095, restarted=True).gap == 1090


def test_ears_that_never_rested_wait_for_nobody_wherever_they_were_kept_meanwhile() -> None:
    kept = Listening(1000, 1000, int("1000"), 1010)
    assert kept.at(1012, restarted=True).gap == 1010
    assert kept.knows(1000, 1005, 1010)


def test_a_gap_is_waited_for_as_long_as_it_was_and_a_minute() -> None:
    rested = Listening(0, 10, 40, 40)
    assert [rested.knows(0, 20, at) for at in (129, 130)] == [False, True]


@given(
    at=st.integers(10**6, 10**6 + 20_000),
    more=st.integers(0, 20_000),
    beat=st.integers(10**6 - 5000, 10**6 + 20_000),
)
def test_without_another_beat_a_job_never_gets_better(at: Seconds, more: Seconds, beat: Seconds) -> None:
    heard = done(beat)
    if seen(HOURLY, heard, at)[0] is State.DOWN:
        assert seen(HOURLY, heard, at + more)[0] is State.DOWN


@given(st.integers(0, 14 * 86_400), st.integers(0, 3 * 86_400))
def test_between_two_deadlines_nothing_changes_by_itself(at: Seconds, back: Seconds) -> None:
    moment = wib("2026-11-16 00:00") + at
    heard = done(moment - back)
    due, following = JAKARTA.last(moment), JAKARTA.next(moment)
    assert due <= moment < following
    assert seen(JAKARTA, heard, moment) == seen(JAKARTA, heard, following - 1)


def test_the_stored_number_of_a_signal_never_changes() -> None:
    assert [(signal, signal.code) for signal in Signal] == [(Signal.START, 0), (Signal.SUCCESS, 1), (Signal.FAIL, 2)]
    assert SIGNALS == {0: Signal.START, 1: Signal.SUCCESS, 2: Signal.FAIL}
