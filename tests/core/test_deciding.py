"""What is decided before it is settled."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.deciding import decided
from monitor.core.model import Span, State
from monitor.core.timeline import Report, Terms, judge

UP, DOWN, DEGRADED, UNKNOWN = State.UP, State.DOWN, State.DEGRADED, State.UNKNOWN
THREE = ("a", "b", "c")
HTTP = Terms("http", 0, None, 60, THREE, "majority", True, "d1")
TCP = replace(HTTP, check="tcp")


def reported(**states: State) -> dict[str, Report]:
    return {location: (state, "d1") for location, state in states.items()}


@pytest.mark.parametrize(
    ("seen", "mode", "state"),
    [
        ({"a": DOWN, "b": DOWN}, "majority", DOWN),
        ({"a": UP, "b": UP}, "majority", UP),
        ({"a": DOWN, "b": UP}, "majority", None),
        ({"a": DOWN}, "majority", None),
        ({"a": UNKNOWN, "b": UNKNOWN}, "majority", UNKNOWN),
        ({"a": DOWN, "b": UNKNOWN}, "majority", None),
        ({"a": UP, "b": UP}, "any", None),  # the third may be the one
        ({"a": DOWN, "b": UP}, "any", DOWN),
        ({"a": DOWN, "b": DOWN}, "all", None),
        ({"a": UP, "b": UP}, "all", UP),
    ],
)
def test_two_of_three_decide_where_the_third_could_change_nothing(
    seen: dict[str, State], mode: str, state: State | None
) -> None:
    found = decided([replace(HTTP, mode=mode)], {"http": {60: reported(**seen)}}, 60)
    assert found == ([] if state is None else [Span(state, 60, 120)])


def test_what_comes_after_an_open_slot_waits_for_it() -> None:
    down, open_ = reported(a=DOWN, b=DOWN), reported(a=DOWN)
    assert decided([HTTP], {"http": {0: down, 60: down, 120: open_, 180: down}}, 0) == [Span(DOWN, 0, 120)]


def test_one_critical_check_that_is_down_decides_whatever_the_others_say() -> None:
    reports = {"http": {60: reported(a=DOWN, b=DOWN)}}
    assert decided([HTTP, TCP], reports, 60) == [Span(DOWN, 60, 120)]
    assert decided([HTTP, replace(TCP, critical=False)], reports, 60) == [Span(DOWN, 60, 120)]
    assert decided([replace(HTTP, critical=False), TCP], reports, 60) == []


def test_up_is_decided_once_no_check_is_open_that_could_degrade_it() -> None:
    good, bad = reported(a=UP, b=UP), reported(a=DOWN, b=DOWN)
    minor = replace(TCP, critical=False)
    assert decided([HTTP, minor], {"http": {60: good}}, 60) == []
    assert decided([HTTP, minor], {"http": {60: good}, "tcp": {60: good}}, 60) == [Span(UP, 60, 120)]
    assert decided([HTTP, minor], {"http": {60: good}, "tcp": {60: bad}}, 60) == [Span(DEGRADED, 60, 120)]


def test_slots_of_different_lengths_are_decided_as_far_as_all_of_them_are() -> None:
    quick = replace(TCP, every=20)
    good = reported(a=UP, b=UP)
    assert decided([HTTP, quick], {"http": {60: good}, "tcp": {60: good, 80: good}}, 60) == [Span(UP, 60, 100)]


def test_reports_by_another_definition_or_of_another_location_decide_nothing() -> None:
    strange = {"a": (DOWN, "d0"), "b": (DOWN, "d1"), "z": (DOWN, "d1")}
    assert decided([HTTP], {"http": {60: strange}}, 60) == []


def test_terms_that_end_and_begin_are_decided_each_by_its_own() -> None:
    terms = [replace(HTTP, end=120), replace(HTTP, start=120, definition="d2", locations=("a",))]
    reports = {"http": {60: reported(a=DOWN, b=DOWN), 120: {"a": (UP, "d2")}}}
    assert decided(terms, reports, 60) == [Span(DOWN, 60, 120), Span(UP, 120, 180)]


states = st.sampled_from(State)


@given(
    known=st.lists(st.dictionaries(st.sampled_from(THREE), states), min_size=1, max_size=3),
    minor=st.lists(st.dictionaries(st.sampled_from(THREE), states), min_size=1, max_size=2),
    mode=st.sampled_from(("majority", "any", "all", 2)),
)
def test_whatever_comes_in_what_was_decided_is_what_is_settled(
    known: list[dict[str, State]], minor: list[dict[str, State]], mode: str
) -> None:
    terms = [replace(HTTP, mode=mode), replace(TCP, critical=False)]
    reports = {
        "http": {60 * slot: reported(**seen) for slot, seen in enumerate(known)},
        "tcp": {60 * slot: reported(**seen) for slot, seen in enumerate(minor)},
    }
    found = decided(terms, reports, 0)
    for late in product(State, repeat=2):
        # Each location that has not reported yet says one thing of one check and one of the other, or stays silent.
        for missing in ("a", "b", "c"):
            whole = {
                check: {
                    60 * slot: {**({missing: (outcome, "d1")}), **seen.get(60 * slot, {})} for slot in range(len(known))
                }
                for (check, seen), outcome in zip(reports.items(), late, strict=True)
            }
            for span in found:
                assert {item.state for item in judge(terms, whole, span.start, span.end)} == {span.state}
