"""Paused time is not probed, is unknown whatever was seen, and wakes nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.interval import seconds_in
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.pause import Pause, check, intervals, laid, outside, pausing, unpaused
from monitor.core.timeline import Terms

PAUSE = Pause("pause-1", "api", 1000, 2000, "moved", "budi")
TERMS = Terms("http", 0, None, 60, ("here",), "majority", True, "digest")


def test_a_pause_ends_when_it_was_decided_or_when_it_is_ended_before() -> None:
    assert (PAUSE.end, replace(PAUSE, resumed_at=1500).end, replace(PAUSE, resumed_at=2500).end) == (2000, 1500, 2000)
    assert [pausing([PAUSE], at) for at in (999, 1000, 1999, 2000)] == [None, PAUSE, PAUSE, None]
    longer = replace(PAUSE, start=1500, until=9000)
    assert pausing([PAUSE, longer], 1600) == longer
    assert intervals([PAUSE, longer, replace(PAUSE, resumed_at=1000)]) == (Interval(1000, 9000),)


@pytest.mark.parametrize(
    ("pause", "words"),
    [
        (replace(PAUSE, reason=" "), "say why"),
        (replace(PAUSE, until=1000), "ended already"),
        (replace(PAUSE, until=1000 + 367 * 86_400), "a year at most"),
    ],
)
def test_a_pause_needs_a_reason_and_an_end_that_is_to_come(pause: Pause, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(pause)


def test_every_check_is_unknown_while_its_component_is_paused() -> None:
    corrections = {"http": [Interval(0, 10)], "gone": [Interval(5, 6)]}
    paused = [Interval(1000, 2000)]
    assert laid(corrections, ["http", "tcp"], paused) == {
        "http": [Interval(0, 10), *paused],
        "tcp": paused,
        "gone": [Interval(5, 6), *paused],
    }
    assert laid(corrections, ["http"], ()) is corrections


def test_alerts_look_at_what_lies_outside() -> None:
    spans = [Span(State.DOWN, 900, 1000), Span(State.UNKNOWN, 1000, 2010), Span(State.UP, 2010, 3000)]
    assert outside(spans, [Interval(1000, 2000)]) == [
        Span(State.DOWN, 900, 1000),
        Span(State.UNKNOWN, 2000, 2010),
        Span(State.UP, 2010, 3000),
    ]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (950, [(0, 960), (2000, None)]),  # the slot 960 to 1020 is not probed: the pause begins in it
        (1000, [(2000, None)]),
        (1999, [(2000, None)]),  # the next slot is 2040 to 2100
        (2000, [(0, None)]),
    ],
)
def test_the_slots_of_a_pause_are_left_out_of_what_is_to_be_probed(
    now: Seconds, expected: list[tuple[Seconds, Seconds | None]]
) -> None:
    found = unpaused(TERMS, [Interval(1000, 2000)], now)
    assert [(item.start, item.end) for item in found] == expected


def test_terms_that_end_in_a_pause_are_not_probed_after_it() -> None:
    ending = replace(TERMS, end=1800)
    assert unpaused(ending, [Interval(1000, 2000)], 1100) == []
    later = replace(TERMS, start=1800)
    assert unpaused(later, [Interval(1000, 2000)], 1100) == [replace(later, start=2000)]


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 500)), max_size=4))
def test_alerts_and_pauses_share_the_seconds_of_a_timeline(drawn: list[tuple[int, int]]) -> None:
    paused = intervals(replace(PAUSE, start=start, until=start + length) for start, length in drawn)
    whole = [Span(State.UP, 0, 3000), Span(State.DOWN, 3000, 6000)]
    left = seconds_in(Interval(span.start, span.end) for span in outside(whole, paused))
    assert left + seconds_in(item for item in paused) == 6000
