"""A cap on the maintenance that one month excludes: earliest first, over all components together."""

from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.bundle import Bundle, Member
from monitor.core.evidence import figure_of, recompute, result, write
from monitor.core.exclusion import Exclusion, before, cap_reached
from monitor.core.interval import seconds_in, union
from monitor.core.model import Interval, Span, State
from tests.core.strategies import intervals

START, DAY = 30 * 86_400, 86_400
MONTH = Interval(START, START + 30 * DAY)
caps = st.integers(0, 90)


def maintenance(start: int, length: int) -> Exclusion:
    """Announced in time, so many seconds after the month's start."""
    return Exclusion("maintenance", START + start, START + start + length, announced_at=0)


def bundle(*members: tuple[Exclusion, ...], cap: int | None) -> Bundle:
    """A month that is down throughout."""
    down = (Span(State.DOWN, MONTH.start, MONTH.end),)
    made = tuple(Member(f"m{number}", down, exclusions) for number, exclusions in enumerate(members))
    return Bundle("b", "UTC", "1970-01", MONTH, Fraction(99, 100), made, maintenance_cap=cap)


@pytest.mark.parametrize(
    ("cap", "instant"), [(0, 10), (1, 11), (29, 39), (30, 100), (31, 101), (49, 119), (50, None), (10**9, None)]
)
def test_the_earliest_seconds_use_the_cap_up(cap: int, instant: int | None) -> None:
    assert cap_reached([Interval(100, 120), Interval(10, 30), Interval(20, 40)], cap) == instant


@given(st.lists(intervals, max_size=5), caps)
def test_what_is_left_is_the_cap_or_all_of_it(windows: list[Interval], cap: int) -> None:
    kept = before(windows, cap_reached(windows, cap))
    assert seconds_in(kept) == min(cap, seconds_in(windows))


@given(st.lists(intervals, max_size=5), caps, st.randoms(use_true_random=False))
def test_the_order_of_windows_does_not_matter(windows: list[Interval], cap: int, random: object) -> None:
    shuffled = sorted(windows, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert cap_reached(shuffled, cap) == cap_reached(windows, cap)


@given(st.lists(intervals, max_size=5), caps, st.integers(0, 60))
def test_a_window_announced_in_two_parts_uses_up_the_same(windows: list[Interval], cap: int, at: int) -> None:
    first = [Interval(each.start, min(at, each.end)) for each in windows if each.start < at]
    second = [Interval(max(at, each.start), each.end) for each in windows if each.end > at]
    halves = [*second, *first]
    assert union(halves) == union(windows)
    assert cap_reached(halves, cap) == cap_reached(windows, cap)


@given(st.lists(intervals, max_size=5), caps)
def test_a_higher_cap_never_excludes_less(windows: list[Interval], cap: int) -> None:
    kept, more = (before(windows, cap_reached(windows, each)) for each in (cap, cap + 1))
    assert seconds_in(union([*kept, *more])) == seconds_in(more)


@pytest.mark.parametrize(("cap", "excluded"), [(0, 0), (3600, 3600), (5400, 5400), (7200, 7200), (None, 7200)])
def test_beyond_the_cap_time_counts_as_it_was_seen(cap: int | None, excluded: int) -> None:
    figure = figure_of(bundle((maintenance(DAY, 3600), maintenance(2 * DAY, 3600)), cap=cap))
    assert (figure.excluded_seconds, figure.down_seconds) == (excluded, 30 * DAY - excluded)


def test_components_share_the_cap_and_what_overlaps_uses_it_once() -> None:
    # Both for an hour, then the second alone: 5,400 s in all, of which the last 600 are too much.
    shared = bundle((maintenance(DAY, 3600),), (maintenance(DAY, 5400),), cap=4800)
    assert result(shared)["excluded_seconds"] == 3600
    assert result(replace(shared, members=shared.members[1:]))["excluded_seconds"] == 4800


def test_a_window_over_the_months_edge_uses_up_only_what_lies_inside() -> None:
    assert figure_of(bundle((maintenance(-1800, 3600), maintenance(DAY, 1800)), cap=3600)).excluded_seconds == 3600


def test_maintenance_out_of_service_does_not_use_up_the_cap() -> None:
    made = bundle((maintenance(DAY, 3600), maintenance(3 * DAY, 3600)), cap=3600)
    later = replace(made, members=(replace(made.members[0], since=START + 2 * DAY),))
    assert figure_of(later).excluded_seconds == 3600


def test_late_maintenance_and_other_exclusions_do_not_use_up_the_cap() -> None:
    late = Exclusion("maintenance", START + 10, START + 3610, announced_at=START)
    force = Exclusion("force_majeure", START + DAY, START + DAY + 3600, approved=True)
    assert figure_of(bundle((late, force, maintenance(2 * DAY, 3600)), cap=3600)).excluded_seconds == 7200


def test_a_running_month_gives_the_cap_to_what_comes_first() -> None:
    made = replace(bundle((maintenance(DAY, 3600), maintenance(9 * DAY, 3600)), cap=5400), as_of=START + 5 * DAY)
    assert figure_of(made).excluded_seconds == 3600
    # Of the whole month 5,400 s are excluded: 1 % of 2,586,600 s.
    assert result(made)["month_budget_seconds"] == "25866"


def test_the_evidence_holds_the_cap_and_one_without_it_none() -> None:
    capped, free = (bundle((maintenance(DAY, 7200),), cap=cap) for cap in (3600, None))
    assert write(capped)["maintenance_cap_seconds"] == 3600
    assert "maintenance_cap_seconds" not in write(free)
    for each in (capped, free):
        (found,) = recompute(write(each), ZoneInfo, default_name="x")["vectors"]  # type: ignore[misc]
        assert found["result"] == result(each)
