from collections.abc import Callable, Sequence
from fractions import Fraction
from inspect import Parameter, signature

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.availability import Figure, Judgement, add, allowed, count, measure, measure_together, met, verdict
from monitor.core.combination import Service, combine
from monitor.core.model import Interval, Span, State
from tests.core.strategies import LENGTH, instants, intervals, timelines

SCOPE = Interval(0, 1000)
UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
TARGET = Fraction(9, 10)


def parts(figure: Figure) -> tuple[int, int, int, int, int]:
    """Up, degraded, down, unknown, excluded."""
    return (
        figure.up_seconds,
        figure.degraded_seconds,
        figure.down_seconds,
        figure.unknown_seconds,
        figure.excluded_seconds,
    )


@pytest.mark.parametrize(
    ("spans", "excluded", "expected"),
    [
        ([], [], (0, 0, 0, 1000, 0)),
        ([Span(UP, 0, 1000)], [], (1000, 0, 0, 0, 0)),
        ([Span(UP, -50, 400), Span(DOWN, 400, 2000)], [], (400, 0, 600, 0, 0)),
        ([Span(UP, 0, 400), Span(UP, 500, 1000)], [], (900, 0, 0, 100, 0)),
        ([Span(DOWN, 0, 1000)], [Interval(100, 300), Interval(200, 400)], (0, 0, 700, 0, 300)),
        ([Span(UNKNOWN, 0, 1000)], [Interval(-9, 100)], (0, 0, 0, 900, 100)),
        ([Span(UP, 0, 900), Span(DEGRADED, 900, 1000)], [], (900, 100, 0, 0, 0)),
        ([Span(DOWN, 0, 50, inferred=True), Span(UP, 50, 1000)], [], (950, 0, 50, 0, 0)),
    ],
)
def test_a_figure_holds_the_seconds_of_each_state(
    spans: list[Span], excluded: list[Interval], expected: tuple[int, ...]
) -> None:
    assert parts(measure(spans, SCOPE, excluded)) == expected


def test_a_gap_between_spans_counts_as_unknown() -> None:
    assert measure([Span(UP, 0, 400), Span(UP, 460, 1000)], SCOPE).unknown_seconds == 60


@pytest.mark.parametrize(
    ("spans", "down"),
    [
        ([Span(DOWN, 100, 159)], 0),
        ([Span(DOWN, 100, 160)], 60),
        ([Span(DOWN, 100, 130), Span(DOWN, 130, 160)], 60),
        ([Span(DOWN, 100, 130), Span(UNKNOWN, 130, 131), Span(DOWN, 131, 160)], 0),
        ([Span(DOWN, -59, 1)], 1),
        ([Span(DOWN, 970, 1030)], 30),
    ],
)
def test_a_run_shorter_than_the_minimum_outage_counts_as_up(spans: list[Span], down: int) -> None:
    assert measure(spans, SCOPE, min_outage=60).down_seconds == down


def test_a_short_rest_of_an_outage_beside_an_exclusion_still_counts() -> None:
    figure = measure([Span(DOWN, 100, 190)], SCOPE, [Interval(140, 300)], min_outage=60)
    assert figure.down_seconds == 40


def test_degraded_time_counts_by_its_weight() -> None:
    figure = measure([Span(UP, 0, 700), Span(DEGRADED, 700, 1000)], SCOPE, degraded_weight=Fraction(1, 3))
    assert figure.downtime_equivalent == 100
    assert figure.availability == Fraction(9, 10)


def test_degraded_time_is_no_downtime_unless_the_agreement_weighs_it() -> None:
    spans = [Span(UP, 0, 700), Span(DEGRADED, 700, 1000)]
    combination = combine([Service(spans)], SCOPE)
    for figure in (
        measure(spans, SCOPE),
        measure_together([Service(spans)], SCOPE),
        count(combination),
        Figure(0, 1000, 1000, 0, 0, 700, 300, 0),
    ):
        assert (figure.downtime_equivalent, figure.availability) == (0, 1)


def test_a_weight_of_one_makes_degraded_time_as_bad_as_down() -> None:
    spans = [Span(UP, 0, 700), Span(DEGRADED, 700, 900), Span(DOWN, 900, 1000)]
    assert measure(spans, SCOPE, degraded_weight=Fraction(1)).availability == Fraction(7, 10)


def test_bounds_are_shares_of_the_agreed_time_and_availability_of_the_measured_time() -> None:
    # 1000 s, 200 excluded, 300 unknown: agreed 800, measured 500; 40 down and 20 degraded by half make 50.
    spans = [Span(DOWN, 200, 240), Span(DEGRADED, 240, 260), Span(UP, 260, 700)]
    figure = measure(spans, SCOPE, [Interval(0, 200)], degraded_weight=Fraction(1, 2))
    assert (figure.agreed_seconds, figure.measured_seconds, figure.downtime_equivalent) == (800, 500, 50)
    assert figure.availability == Fraction(9, 10)
    assert (figure.lower, figure.upper) == (Fraction(9, 16), Fraction(15, 16))
    assert figure.coverage == Fraction(5, 8)


def test_excluded_time_is_taken_from_the_total() -> None:
    assert measure([Span(UP, 0, 1000)], SCOPE, [Interval(0, 24)]).agreed_seconds == 976


def test_one_measured_second_is_enough_for_an_availability() -> None:
    figure = measure([Span(DOWN, 0, 1)], SCOPE)
    assert (figure.availability, figure.lower, figure.upper) == (0, 0, Fraction(999, 1000))
    alone = measure([Span(UP, 0, 1)], Interval(0, 1))
    assert (alone.availability, alone.lower, alone.upper, alone.coverage) == (1, 1, 1, 1)
    assert verdict(alone, Fraction(1)) is Judgement.MET


def test_an_empty_scope_has_no_data() -> None:
    figure = measure([Span(UP, 0, 1000)], Interval(500, 500))
    assert parts(figure) == (0, 0, 0, 0, 0)
    assert (figure.availability, figure.lower, figure.upper, figure.coverage) == (None, None, None, None)


def test_without_measured_time_there_is_no_availability_and_no_verdict() -> None:
    figure = measure([], SCOPE)
    assert (figure.availability, met(figure, TARGET), verdict(figure, TARGET)) == (None, None, None)
    assert figure.lower == 0
    assert figure.upper == 1
    assert figure.coverage == 0
    assert allowed(figure, TARGET) == 0


def test_without_agreed_time_there_are_no_bounds() -> None:
    figure = measure([Span(UP, 0, 1000)], SCOPE, [SCOPE])
    assert (figure.availability, figure.lower, figure.upper, figure.coverage) == (None, None, None, None)
    assert verdict(figure, TARGET) is None


@pytest.mark.parametrize(
    ("down", "unknown", "judgement"),
    [
        (99, 0, Judgement.MET),
        (100, 0, Judgement.MET),
        (101, 0, Judgement.BREACHED),
        (50, 50, Judgement.MET),
        (50, 51, Judgement.INDETERMINATE),
        (100, 1, Judgement.INDETERMINATE),
        (101, 500, Judgement.BREACHED),
    ],
)
def test_a_verdict_stands_whatever_happened_in_the_unknown_time(down: int, unknown: int, judgement: Judgement) -> None:
    spans = [Span(DOWN, 0, down), Span(UP, down + unknown, 1000)]
    assert verdict(measure(spans, SCOPE), TARGET) is judgement


def test_availability_compares_exactly_with_the_target() -> None:
    april = Interval(0, 2_592_000)
    target = Fraction("0.999")
    assert met(measure([Span(DOWN, 0, 2591), Span(UP, 2591, april.end)], april), target) is True
    assert met(measure([Span(DOWN, 0, 2592), Span(UP, 2592, april.end)], april), target) is True
    assert met(measure([Span(DOWN, 0, 2593), Span(UP, 2593, april.end)], april), target) is False


def test_a_target_allows_its_share_of_the_measured_time() -> None:
    assert allowed(measure([Span(UP, 0, 800)], SCOPE), Fraction("0.999")) == Fraction("0.8")


def test_a_target_below_a_half_allows_more_than_half() -> None:
    assert allowed(measure([Span(UP, 0, 800)], SCOPE), Fraction("0.4")) == 480


@pytest.mark.parametrize("function", [measure, measure_together, count])
def test_a_weight_and_a_least_outage_are_given_by_name(function: Callable[..., object]) -> None:
    rules = signature(function).parameters.keys() & {"degraded_weight", "min_outage"}
    assert {signature(function).parameters[rule].kind for rule in rules} == {Parameter.KEYWORD_ONLY}


def test_overlapping_spans_are_refused_by_name() -> None:
    spans = [Span(DOWN, 90, 120), Span(UP, 0, 100)]
    with pytest.raises(ValueError, match=r"spans overlap: up \[0, 100\) and down \[90, 120\)"):
        measure(spans, SCOPE)


def test_a_quarter_adds_the_seconds_of_its_months() -> None:
    first = measure([Span(UP, 0, 1000)], SCOPE)
    second = measure([Span(DOWN, 1000, 1500), Span(UP, 1500, 4000)], Interval(1000, 4000))
    whole = add([first, second])
    assert (whole.window_start, whole.window_end, whole.total_seconds) == (0, 4000, 4000)
    assert whole.availability == Fraction(7, 8)  # the mean of the two would be 11/12


def test_months_whose_weights_differ_add_their_downtime_exactly() -> None:
    half = measure([Span(DEGRADED, 0, 400), Span(UP, 400, 1000)], SCOPE, degraded_weight=Fraction(1, 2))
    none = measure([Span(DEGRADED, 1000, 1100), Span(UP, 1100, 2000)], Interval(1000, 2000))
    whole = add([half, none])
    assert (whole.degraded_seconds, whole.downtime_equivalent) == (500, 200)
    assert whole.availability == Fraction(9, 10)


def test_a_sum_without_degraded_time_keeps_the_greatest_weight() -> None:
    light = measure([Span(UP, 0, 1000)], SCOPE, degraded_weight=Fraction(1, 4))
    heavy = measure([Span(UP, 1000, 2000)], Interval(1000, 2000), degraded_weight=Fraction(3, 4))
    assert add([light, heavy]).degraded_weight == Fraction(3, 4)


def test_one_degraded_second_gives_the_sum_its_weight() -> None:
    light = measure([Span(DEGRADED, 0, 1)], SCOPE, degraded_weight=Fraction(1, 4))
    heavy = measure([], Interval(1000, 2000), degraded_weight=Fraction(3, 4))
    assert add([light, heavy]).degraded_weight == Fraction(1, 4)


def test_the_sum_of_one_figure_is_that_figure() -> None:
    figure = measure([Span(DEGRADED, 0, 400), Span(UP, 400, 900)], SCOPE, degraded_weight=Fraction(1, 2))
    assert add([figure]) == figure


def test_no_figures_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="at least one figure"):
        add([])


@given(timelines(), intervals, st.lists(intervals, max_size=3), st.integers(0, 20))
@settings(max_examples=40)
def test_the_five_parts_add_up_to_the_scope(
    spans: Sequence[Span], scope: Interval, excluded: list[Interval], minimum: int
) -> None:
    figure = measure(spans, scope, excluded, min_outage=minimum)
    assert sum(parts(figure)) == figure.total_seconds == scope.length
    assert min(parts(figure)) >= 0


@given(timelines(), instants, st.lists(intervals, max_size=3), st.integers(0, 20))
@settings(max_examples=40)
def test_splitting_a_window_and_adding_gives_the_whole(
    spans: Sequence[Span], cut: int, excluded: list[Interval], minimum: int
) -> None:
    halves = [measure(spans, half, excluded, min_outage=minimum) for half in (Interval(0, cut), Interval(cut, LENGTH))]
    assert add(halves) == measure(spans, Interval(0, LENGTH), excluded, min_outage=minimum)


@given(timelines(), st.lists(intervals, max_size=3), st.data())
@settings(max_examples=25)
def test_the_order_of_spans_and_exclusions_does_not_matter(
    spans: Sequence[Span], excluded: list[Interval], data: st.DataObject
) -> None:
    scope = Interval(0, LENGTH)
    shuffled = measure(data.draw(st.permutations(spans)), scope, data.draw(st.permutations(excluded)))
    assert shuffled == measure(spans, scope, excluded)


@given(timelines(), st.lists(intervals, max_size=3))
@settings(max_examples=25)
def test_the_bounds_hold_the_availability_between_them(spans: Sequence[Span], excluded: list[Interval]) -> None:
    figure = measure(spans, Interval(0, LENGTH), excluded)
    if figure.availability is not None:
        assert figure.lower is not None
        assert figure.upper is not None
        assert 0 <= figure.lower <= figure.availability <= figure.upper <= 1
