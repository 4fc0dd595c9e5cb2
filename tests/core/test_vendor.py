"""Vendor reports: what is wrong with one, and the timeline that several make."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.interval import seconds_in
from monitor.core.model import Interval, Span, State
from monitor.core.vendor import VendorOutage, VendorReport, check, in_force, lay, mistakes, said, timeline, unreported
from tests.core.strategies import LENGTH, instants, intervals

UP, DOWN, DEGRADED, UNKNOWN = State.UP, State.DOWN, State.DEGRADED, State.UNKNOWN


def report(
    start: int, end: int, *outages: tuple[int, int] | tuple[int, int, State], id_: str = "report-1"
) -> VendorReport:
    made = tuple(VendorOutage(*each) for each in outages)
    return VendorReport(id_, "powerbi", start, end, made, "Their service history", "", 1_000, "ana")


@st.composite
def reports(draw: st.DrawFn) -> VendorReport:
    start, end = sorted(draw(st.lists(instants, min_size=2, max_size=2, unique=True)))
    cuts = sorted(draw(st.sets(st.integers(start, end), max_size=6)))
    states = st.sampled_from([DOWN, DEGRADED])
    return report(start, end, *((*pair, draw(states)) for pair in list(pairwise(cuts))[::2]))


def naive(entered: list[VendorReport], second: int) -> State:
    """What the newest report over a second says of it."""
    for each in reversed(entered):
        if each.start <= second < each.end:
            return next((o.state for o in each.outages if o.start <= second < o.end), UP)
    return UNKNOWN


def test_outside_its_outages_the_period_is_up() -> None:
    assert said(report(0, 100, (10, 20), (20, 30, DEGRADED))) == [
        Span(UP, 0, 10),
        Span(DOWN, 10, 20),
        Span(DEGRADED, 20, 30),
        Span(UP, 30, 100),
    ]


def test_outside_every_report_it_is_unknown() -> None:
    assert timeline([report(10, 20), report(30, 40)], 0, 50) == [
        Span(UNKNOWN, 0, 10),
        Span(UP, 10, 20),
        Span(UNKNOWN, 20, 30),
        Span(UP, 30, 40),
        Span(UNKNOWN, 40, 50),
    ]


def test_a_later_report_counts_where_both_speak_and_there_alone() -> None:
    first, second = report(0, 60, (10, 40)), report(20, 80, (70, 75))
    assert timeline([first, second], 0, 80) == [
        Span(UP, 0, 10),
        Span(DOWN, 10, 20),
        Span(UP, 20, 70),
        Span(DOWN, 70, 75),
        Span(UP, 75, 80),
    ]


def test_time_that_checks_measured_and_time_before_service_stays_as_it_was() -> None:
    spans = [Span(DOWN, 20, 30)]
    assert lay(spans, report(0, 60), since=20, measured=[Interval(20, 30)]) == [Span(DOWN, 20, 30), Span(UP, 30, 60)]


def test_which_report_counts_where() -> None:
    first, second, third = report(0, 60), report(20, 40), report(20, 40)
    assert in_force([first, second, third], Interval(10, 50)) == [
        (first, (Interval(10, 20), Interval(40, 50))),
        (third, (Interval(20, 40),)),
    ]
    assert unreported([first, second], Interval(10, 70)) == (Interval(60, 70),)


@given(st.lists(reports(), max_size=5))
def test_the_timeline_tiles_and_says_of_each_second_what_the_newest_report_says(entered: list[VendorReport]) -> None:
    spans = timeline(entered, 0, LENGTH)
    assert [spans[0].start, *(span.end for span in spans)] == [*(span.start for span in spans), LENGTH]
    for span in spans:
        assert {naive(entered, second) for second in range(span.start, span.end)} == {span.state}


@given(st.lists(reports(), min_size=1, max_size=5), instants, st.lists(intervals, max_size=2))
def test_laying_one_more_report_gives_what_all_together_give(
    entered: list[VendorReport], since: int, measured: list[Interval]
) -> None:
    before = timeline(entered[:-1], since, LENGTH, measured)
    found = lay(before, entered[-1], since=since, measured=measured)
    assert found == timeline(entered, since, LENGTH, measured) or since == LENGTH


@given(st.lists(reports(), max_size=5), intervals)
def test_every_reported_second_is_of_exactly_one_report(entered: list[VendorReport], within: Interval) -> None:
    pieces = [piece for _, own in in_force(entered, within) for piece in own]
    assert sum(piece.length for piece in pieces) == seconds_in(pieces)
    assert seconds_in(pieces) + seconds_in(unreported(entered, within)) == within.length


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (report(10, 10), [(None, "its period ends before it begins; give a start and a later end")]),
        (report(0, 1_001), [(None, "its period is not over yet; enter what is over, and the rest when it is")]),
        (replace(report(0, 9), source=" "), [(None, "say what it was taken from: an auditor reads it")]),
        (
            replace(report(0, 9), evidence="mail"),
            [(None, "evidence is a link, and 'mail' does not begin with https:// or http://")],
        ),
        (report(0, 9, (3, 3)), [(0, "it ends before it begins; swap start and end, or leave it out")]),
        (
            report(0, 9, (3, 10)),
            [
                (
                    0,
                    "it lies outside the report's period; cut it there, and enter the rest with its own period",
                )
            ],
        ),
        (report(0, 9, (3, 4, UP)), [(0, "an outage is down or degraded, not up; leave it out, all else is up")]),
        (report(0, 90, (3, 9), (4, 5), (9, 10)), [(1, "it overlaps outage 1; join them")]),
        (report(0, 90, (3, 30), (40, 50), (20, 25)), [(2, "it lies before outage 2; put them in order")]),
    ],
)
def test_what_is_wrong_is_told_with_its_outage(wrong: VendorReport, told: list[tuple[int | None, str]]) -> None:
    assert mistakes(wrong) == told
    with pytest.raises(ValueError, match=r"."):
        check(wrong)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"^say what .*; outage 2: it overlaps outage 1; join them$"):
        check(replace(report(0, 90, (3, 9), (4, 5)), source=""))


def test_a_report_without_outages_is_all_up() -> None:
    check(report(0, 90))
    assert said(report(0, 90)) == [Span(UP, 0, 90)]
