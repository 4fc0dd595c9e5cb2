from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.calendar import parse_instant
from monitor.core.model import Span, State
from monitor.core.timeline import (
    Report,
    Reports,
    Terms,
    bridge,
    combine,
    fill,
    judge,
    merge,
    revise,
    settled_until,
    splice,
    unbridge,
    verdict,
    verdicts,
)
from tests.core.vectors import load

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
ONE = Terms("http", 0, None, 60, ("here",), "majority", True, "d1")
THREE = Terms("http", 0, None, 60, ("a", "b", "c"), "majority", True, "d1")


def seen(state: State, definition: str = "d1", *locations: str) -> dict[str, Report]:
    return dict.fromkeys(locations or ("here",), (state, definition))


def of(*runs: tuple[State, int, int]) -> list[Span]:
    return [Span(state, start, end) for state, start, end in runs]


def span_of(value: dict[str, Any]) -> Span:
    start, end = parse_instant(value["start"]), parse_instant(value["end"])
    return Span(State(value["state"]), start, end, value.get("inferred", False))


# Verdicts


def test_a_report_by_another_definition_or_from_another_place_does_not_count() -> None:
    assert verdict(ONE, {"here": (DOWN, "d0")}) is UNKNOWN
    assert verdict(ONE, {"there": (DOWN, "d1")}) is UNKNOWN
    assert verdict(ONE, {"there": (UP, "d1"), "here": (DOWN, "d1")}) is DOWN


def test_a_location_with_an_old_definition_weakens_the_quorum() -> None:
    reports = {"a": (DOWN, "d1"), "b": (DOWN, "d0"), "c": (DOWN, "d0")}
    assert verdict(THREE, reports) is UNKNOWN


def test_a_gap_between_results_counts_as_unknown() -> None:
    reports = {0: seen(UP), 180: seen(UP)}
    assert verdicts(ONE, reports, 0, 300) == of((UP, 0, 60), (UNKNOWN, 60, 180), (UP, 180, 240), (UNKNOWN, 240, 300))


def test_a_verdict_holds_for_its_whole_slot_also_where_the_window_cuts_it() -> None:
    reports = {0: seen(UP), 60: seen(DOWN)}
    assert verdicts(ONE, reports, 30, 90) == of((UP, 30, 60), (DOWN, 60, 90))


def test_slots_of_another_grid_are_not_reports() -> None:
    assert verdicts(ONE, {30: seen(UP), 60: seen(UP)}, 0, 120) == of((UNKNOWN, 0, 60), (UP, 60, 120))


def test_verdicts_are_cut_to_the_terms() -> None:
    terms = Terms("http", 60, 120, 60, ("here",), "majority", True, "d1")
    reports = {slot: seen(UP) for slot in (0, 60, 120)}
    assert verdicts(terms, reports, 0, 180) == of((UP, 60, 120))
    assert verdicts(terms, reports, 120, 180) == []
    assert verdicts(terms, reports, 0, 60) == []


def test_terms_cover_their_first_second_and_not_their_last() -> None:
    terms = Terms("http", 60, 120, 60, ("here",), "majority", True, "d1")
    assert [terms.covers(instant) for instant in (59, 60, 119, 120)] == [False, True, True, False]


# Components


@pytest.mark.parametrize(
    ("critical", "other", "component"),
    [
        (UP, UP, UP),
        (UP, DEGRADED, DEGRADED),
        (UP, DOWN, DEGRADED),
        (UP, UNKNOWN, UP),
        (DEGRADED, UP, DEGRADED),
        (DEGRADED, DEGRADED, DEGRADED),
        (DEGRADED, DOWN, DEGRADED),
        (DEGRADED, UNKNOWN, DEGRADED),
        (DOWN, UP, DOWN),
        (DOWN, DEGRADED, DOWN),
        (DOWN, DOWN, DOWN),
        (DOWN, UNKNOWN, DOWN),
        (UNKNOWN, UP, UNKNOWN),
        (UNKNOWN, DEGRADED, UNKNOWN),
        (UNKNOWN, DOWN, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_a_check_that_is_not_critical_can_only_degrade(critical: State, other: State, component: State) -> None:
    assert combine([of((critical, 0, 60))], [of((other, 0, 60))]) == of((component, 0, 60))


@pytest.mark.parametrize(
    ("one", "two", "component"),
    [
        (UP, UP, UP),
        (UP, DEGRADED, DEGRADED),
        (UP, DOWN, DOWN),
        (UP, UNKNOWN, UNKNOWN),
        (DEGRADED, DEGRADED, DEGRADED),
        (DEGRADED, DOWN, DOWN),
        (DEGRADED, UNKNOWN, UNKNOWN),
        (DOWN, DOWN, DOWN),
        (DOWN, UNKNOWN, DOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_the_worst_critical_check_speaks_and_unknown_hides_less_than_down(
    one: State, two: State, component: State
) -> None:
    assert combine([of((one, 0, 60)), of((two, 0, 60))], []) == of((component, 0, 60))
    assert combine([of((two, 0, 60)), of((one, 0, 60))], []) == of((component, 0, 60))


def test_checks_of_different_length_are_combined_at_each_instant() -> None:
    slow = of((UP, 0, 300))
    quick = of((UP, 0, 120), (DOWN, 120, 180), (UP, 180, 300))
    assert combine([slow, quick], []) == of((UP, 0, 120), (DOWN, 120, 180), (UP, 180, 300))


def test_a_check_counts_only_while_it_is_in_force() -> None:
    assert combine([of((UP, 0, 180)), of((DOWN, 60, 120))], []) == of((UP, 0, 60), (DOWN, 60, 120), (UP, 120, 180))


def test_a_component_whose_checks_are_all_not_critical_is_unknown() -> None:
    assert combine([], [of((UP, 0, 60))]) == of((UNKNOWN, 0, 60))


def test_time_in_which_no_check_is_in_force_is_unknown() -> None:
    terms = [Terms("http", 60, 120, 60, ("here",), "majority", True, "d1")]
    assert judge(terms, {"http": {60: seen(UP)}}, 0, 180) == of((UNKNOWN, 0, 60), (UP, 60, 120), (UNKNOWN, 120, 180))


def test_each_slot_is_judged_by_the_terms_at_its_start() -> None:
    old = Terms("http", 0, 120, 60, ("here",), "majority", True, "d1")
    new = Terms("http", 120, None, 30, ("here",), "majority", True, "d2")
    reports: Reports = {0: seen(UP), 60: seen(DOWN), 120: seen(UP, "d2"), 150: seen(DOWN, "d2"), 180: seen(UP)}
    assert judge([old, new], {"http": reports}, 0, 210) == of(
        (UP, 0, 60), (DOWN, 60, 120), (UP, 120, 150), (DOWN, 150, 180), (UNKNOWN, 180, 210)
    )


# Tiles


def test_neighbours_of_one_state_are_one_span_unless_one_is_inferred() -> None:
    spans = [Span(DOWN, 0, 60), Span(DOWN, 60, 120), Span(DOWN, 120, 180, inferred=True), Span(UP, 180, 240)]
    assert merge(spans) == [Span(DOWN, 0, 120), Span(DOWN, 120, 180, inferred=True), Span(UP, 180, 240)]


def test_what_a_timeline_does_not_say_is_filled_with_unknown() -> None:
    assert fill(of((UP, 10, 20), (DOWN, 30, 40)), 0, 50) == of(
        (UNKNOWN, 0, 10), (UP, 10, 20), (UNKNOWN, 20, 30), (DOWN, 30, 40), (UNKNOWN, 40, 50)
    )
    assert fill(of((UP, 0, 100)), 40, 60) == of((UP, 40, 60))
    assert fill([], 0, 60) == of((UNKNOWN, 0, 60))


def test_a_piece_judged_again_takes_the_place_of_what_stood_there() -> None:
    timeline = of((UP, 0, 300))
    assert splice(timeline, of((DOWN, 60, 120))) == of((UP, 0, 60), (DOWN, 60, 120), (UP, 120, 300))
    assert splice(timeline, of((DOWN, 300, 360))) == of((UP, 0, 300), (DOWN, 300, 360))
    assert splice(timeline, of((UP, 300, 360))) == of((UP, 0, 360))
    assert splice(timeline, []) == timeline
    assert splice([], of((UP, 0, 60))) == of((UP, 0, 60))


@st.composite
def timelines(draw: st.DrawFn, *, until: int = 60) -> list[Span]:
    """Tiles `[0, until)`, neighbours may be equal."""
    cuts = sorted({0, until, *draw(st.sets(st.integers(1, until - 1), max_size=12))})
    return [Span(draw(st.sampled_from(State)), start, end) for start, end in pairwise(cuts)]


def tiles(spans: Sequence[Span], start: int, end: int) -> bool:
    borders = [span.start for span in spans] + [end]
    return borders[0] == start and all(span.end == border for span, border in zip(spans, borders[1:], strict=True))


cells = st.dictionaries(
    st.integers(0, 9).map(lambda number: number * 60),
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.sampled_from(State), st.sampled_from(["d1", "d0"]))),
)


@given(cells, cells, st.integers(0, 599), st.integers(1, 600))
def test_a_timeline_tiles_without_holes(one: Reports, two: Reports, start: int, length: int) -> None:
    second = Terms("tls", 120, 480, 60, ("a",), "any", False, "d1")
    spans = judge([THREE, second], {"http": one, "tls": two}, start, start + length)
    assert tiles(spans, start, start + length)
    assert tiles(bridge(spans, 120), start, start + length)


@given(cells, cells, st.integers(1, 599))
def test_judging_in_two_parts_gives_the_same_as_at_once(one: Reports, two: Reports, cut: int) -> None:
    terms = [THREE, Terms("tls", 120, 480, 60, ("a",), "any", False, "d1")]
    reports = {"http": one, "tls": two}
    parts = judge(terms, reports, 0, cut) + judge(terms, reports, cut, 600)
    assert merge(parts) == judge(terms, reports, 0, 600)


# Bridging


@pytest.mark.parametrize("vector", load("timeline")["bridging"], ids=lambda vector: vector["name"])
def test_the_published_bridges_come_out_as_published(vector: dict[str, Any]) -> None:
    spans = [span_of(value) for value in vector["spans"]]
    assert bridge(spans, vector["bridge_seconds"]) == [span_of(value) for value in vector["expected"]]


def test_a_bridge_of_zero_bridges_nothing() -> None:
    spans = of((DOWN, 0, 60), (UNKNOWN, 60, 61), (DOWN, 61, 120))
    assert bridge(spans, 0) == spans


def test_a_hole_in_the_spans_is_not_a_gap_to_bridge() -> None:
    spans = of((DOWN, 0, 60), (UNKNOWN, 70, 80), (DOWN, 80, 120))
    assert bridge(spans, 600) == spans


@given(timelines(), st.integers(0, 60))
def test_a_bridge_can_be_taken_away_again(spans: list[Span], length: int) -> None:
    assert unbridge(bridge(spans, length)) == merge(spans)
    assert bridge(unbridge(bridge(spans, length)), length) == bridge(spans, length)


@given(timelines(), st.integers(0, 60), st.permutations(range(13)))
def test_bridging_does_not_depend_on_the_order_in_which_spans_came(
    spans: list[Span], length: int, order: list[int]
) -> None:
    built: list[Span] = of((UNKNOWN, 0, 60))
    for number in order:
        if number < len(spans):
            built = revise(built, [spans[number]], length)
    assert built == bridge(spans, length)


def test_another_bridge_touches_only_the_gaps_beside_what_is_judged() -> None:
    timeline = of((DOWN, 0, 10), (UNKNOWN, 10, 20), (DOWN, 20, 30), (UNKNOWN, 30, 40), (DOWN, 40, 50), (UP, 50, 60))
    bridged = bridge(timeline, 10)
    down_again = of((UNKNOWN, 60, 70), (DOWN, 70, 80))
    assert revise(bridged, down_again, 0) == [*bridged, *down_again]
    assert revise(timeline, down_again, 10) == [*timeline, *down_again]
    assert revise(timeline, of((DOWN, 40, 45)), 10) == [
        *of((DOWN, 0, 10), (UNKNOWN, 10, 20), (DOWN, 20, 30)),
        Span(DOWN, 30, 40, inferred=True),
        *of((DOWN, 40, 50), (UP, 50, 60)),
    ]
    assert revise(timeline, [], 10) == timeline


# Settling


def test_a_slot_is_settled_once_all_its_locations_reported() -> None:
    reports = {0: seen(UP, "d1", "a", "b", "c"), 60: seen(UP, "d1", "a", "b")}
    assert settled_until([THREE], reports, now=61, from_=0) == 60


def test_unknown_is_a_report_too() -> None:
    assert settled_until([ONE], {0: seen(UNKNOWN)}, now=30, from_=0) == 60


def test_a_report_by_another_definition_settles_nothing() -> None:
    assert settled_until([ONE], {0: seen(UP, "d0")}, now=30, from_=0) == 0


@pytest.mark.parametrize(("now", "mark"), [(60, 0), (64, 0), (65, 60), (124, 60), (125, 120)])
def test_a_slot_is_settled_without_a_report_five_seconds_after_its_end(now: int, mark: int) -> None:
    assert settled_until([ONE], {}, now=now, from_=0) == mark


def test_with_an_agent_among_its_locations_a_slot_waits_fifteen_seconds() -> None:
    assert settled_until([ONE], {}, now=74, from_=0, agents={"here"}) == 0
    assert settled_until([ONE], {}, now=75, from_=0, agents={"here"}) == 60
    assert settled_until([ONE], {}, now=65, from_=0, agents={"elsewhere"}) == 60


def test_the_gap_of_a_restart_is_crossed_at_once() -> None:
    assert settled_until([ONE], {0: seen(UP)}, now=86_400, from_=60) == 86_340


def test_settling_follows_a_change_of_every() -> None:
    old = Terms("http", 0, 120, 60, ("here",), "majority", True, "d1")
    new = Terms("http", 120, None, 10, ("here",), "majority", True, "d2")
    reports: Reports = {0: seen(UP), 60: seen(UP), 120: seen(UP, "d2")}
    assert settled_until([old, new], {0: seen(UP)}, now=62, from_=0) == 60
    assert settled_until([old, new], reports, now=121, from_=0) == 130
    assert settled_until([old, new], reports, now=146, from_=0) == 140


def test_a_retired_check_holds_nothing_back() -> None:
    retired = Terms("http", 0, 120, 60, ("here",), "majority", True, "d1")
    assert settled_until([retired], {}, now=124, from_=0) == 60
    assert settled_until([retired], {}, now=125, from_=0) is None


def test_settling_starts_with_the_terms() -> None:
    assert settled_until([Terms("http", 300, None, 60, ("here",), "majority", True, "d1")], {}, 200, 240) == 300
