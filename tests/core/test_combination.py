from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from inspect import Parameter, signature

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.availability import measure, measure_together
from monitor.core.combination import Service, combine
from monitor.core.model import Interval, Span, State
from tests.core.strategies import LENGTH, intervals, services, timelines

WINDOW = Interval(0, LENGTH)
HOUR = Interval(0, 3600)
UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN


def second_by_second(group: Sequence[Service], minimum: int) -> Counter[str]:
    """The rule read aloud, one second after the other, with no interval algebra in it."""

    def state(service: Service, second: int) -> State:
        return next((s.state for s in service.spans if s.start <= second < s.end), UNKNOWN)

    def serves(service: Service, second: int) -> bool:
        since, until = service.since, service.until
        return (since is None or since <= second) and (until is None or second < until)

    def run_length(second: int) -> int:
        def broken(at: int) -> bool:
            return any(state(each, at) is DOWN for each in group)

        start = end = second
        while start >= 0 and broken(start):
            start -= 1
        while end < LENGTH and broken(end):
            end += 1
        return end - start - 1

    def fate(second: int) -> str:
        serving = [each for each in group if serves(each, second)]
        if not serving:
            return "out"
        counting = [e for e in serving if not any(x.start <= second < x.end for x in e.excluded)]
        if not counting:
            return "excluded"
        states = {state(each, second) for each in counting}
        worst = next(s for s in (DOWN, UNKNOWN, DEGRADED, UP) if s in states)
        return "up" if worst is DOWN and run_length(second) < minimum else worst.value

    return Counter(fate(second) for second in range(LENGTH))


@given(st.lists(services, min_size=1, max_size=3), st.integers(0, 20))
@settings(max_examples=60)
def test_a_combination_is_the_rule_applied_second_by_second(group: list[Service], minimum: int) -> None:
    figure = measure_together(group, WINDOW, min_outage=minimum)
    expected = second_by_second(group, minimum)
    assert figure.up_seconds == expected["up"]
    assert figure.degraded_seconds == expected["degraded"]
    assert figure.down_seconds == expected["down"]
    assert figure.unknown_seconds == expected["unknown"]
    assert figure.excluded_seconds == expected["excluded"]
    assert figure.total_seconds == LENGTH - expected["out"]


@given(timelines(), st.lists(intervals, max_size=2), st.integers(0, 20))
@settings(max_examples=25)
def test_a_combination_of_one_equals_the_plain_measure(
    spans: list[Span], excluded: list[Interval], minimum: int
) -> None:
    together = measure_together([Service(spans, excluded)], WINDOW, min_outage=minimum)
    assert together == measure(spans, WINDOW, excluded, min_outage=minimum)


@given(services, services)
@settings(max_examples=25)
def test_the_order_of_components_does_not_matter(first: Service, second: Service) -> None:
    assert combine([first, second], WINDOW) == combine([second, first], WINDOW)


@given(services)
@settings(max_examples=25)
def test_a_component_combined_with_itself_is_itself(service: Service) -> None:
    assert combine([service, service], WINDOW, min_outage=5) == combine([service], WINDOW, min_outage=5)


def test_outages_that_overlap_count_once() -> None:
    api = Service([Span(DOWN, 0, 1800), Span(UP, 1800, 3600)])
    web = Service([Span(UP, 0, 1200), Span(DOWN, 1200, 2400), Span(UP, 2400, 3600)])
    assert combine([api, web], HOUR).down == (Interval(0, 2400),)


def test_maintenance_of_one_component_leaves_the_others_to_decide() -> None:
    database = Service([Span(DOWN, 0, 3600)], excluded=[HOUR])
    figure = measure_together([database, Service([Span(UP, 0, 3600)])], HOUR)
    assert (figure.up_seconds, figure.excluded_seconds) == (3600, 0)


def test_time_is_excluded_only_when_no_component_in_service_is_left() -> None:
    first = Service([Span(UP, 0, 3600)], excluded=[Interval(0, 1800)])
    second = Service([Span(UP, 0, 3600)], excluded=[Interval(600, 3600)])
    assert combine([first, second], HOUR).excluded == (Interval(600, 1800),)


def test_time_in_which_nothing_is_in_service_is_out_of_scope() -> None:
    old = Service([Span(UP, 0, 1000)], until=1000)
    new = Service([Span(UP, 2000, 3600)], since=2000)
    combination = combine([old, new], HOUR)
    assert combination.scope == (Interval(0, 1000), Interval(2000, 3600))
    assert combination.window == HOUR


def test_the_window_is_bounded_by_the_earliest_and_the_latest_service() -> None:
    group = [Service([], since=500, until=900), Service([], since=700, until=5000)]
    assert combine(group, HOUR).window == Interval(500, 3600)


def test_a_service_that_begins_after_the_window_has_an_empty_one() -> None:
    figure = measure_together([Service([], since=9000)], HOUR)
    assert (figure.total_seconds, figure.window_start, figure.window_end) == (0, 9000, 9000)


def test_what_is_known_beyond_the_window_is_cut_at_its_edges() -> None:
    combination = combine([Service([Span(UP, -900, 9000)], [Interval(3000, 9000)], since=-900, until=9000)], HOUR)
    assert combination.scope == (HOUR,)
    assert (combination.up, combination.excluded) == ((Interval(0, 3000),), (Interval(3000, 3600),))


def test_a_service_that_ends_before_it_begins_counts_for_no_second() -> None:
    never = Service([Span(DOWN, 0, 3600)], since=2000, until=1000)
    assert combine([never], HOUR).scope == ()
    assert combine([never, Service([Span(UP, 0, 3600)])], HOUR).up == (HOUR,)


def test_a_span_that_ends_before_it_begins_is_left_out() -> None:
    combination = combine([Service([Span(UP, 0, 3600), Span(DOWN, 2000, 1000), Span(DOWN, 500, 500)])], HOUR)
    assert (combination.up, combination.down) == ((HOUR,), ())


def test_short_outages_of_two_components_that_touch_are_one_run() -> None:
    api = Service([Span(DOWN, 0, 40), Span(UP, 40, 3600)])
    web = Service([Span(UP, 0, 40), Span(DOWN, 40, 80), Span(UP, 80, 3600)])
    assert measure_together([api, web], HOUR, min_outage=60).down_seconds == 80


def test_a_run_as_long_as_the_minimum_outage_is_none_too_short() -> None:
    spans = [Span(UP, 0, 40), Span(DOWN, 40, 100), Span(UP, 100, 3600)]
    assert combine([Service(spans)], HOUR, min_outage=60).down == (Interval(40, 100),)
    assert combine([Service(spans)], HOUR, min_outage=61).down == ()


def test_a_least_outage_is_given_by_name() -> None:
    assert signature(combine).parameters["min_outage"].kind is Parameter.KEYWORD_ONLY


def test_an_outage_too_short_counts_as_up_whatever_the_others_are() -> None:
    api = Service([Span(UP, 0, 600), Span(DOWN, 600, 630), Span(UP, 630, 3600)])
    for other in (DEGRADED, UNKNOWN):
        web = Service([Span(other, 0, 3600)])
        assert combine([api, web], HOUR, min_outage=60).up == (Interval(600, 630),)


def test_percentages_are_not_averaged() -> None:
    broken = Service([Span(DOWN, 0, 360), Span(UP, 360, 3600)])
    later = Service([Span(UP, 0, 3240), Span(DOWN, 3240, 3600)])
    assert measure_together([broken, later], HOUR).availability == Fraction(8, 10)


def test_without_a_component_there_is_nothing_to_measure() -> None:
    with pytest.raises(ValueError, match="at least one service"):
        combine([], HOUR)


def test_two_spans_of_one_component_that_share_a_second_are_refused() -> None:
    spans = [Span(DOWN, 99, 120), Span(UP, 0, 100)]
    with pytest.raises(ValueError, match=r"spans overlap: up \[0, 100\) and down \[99, 120\)"):
        combine([Service([Span(UP, 0, 3600)]), Service(spans)], HOUR)
