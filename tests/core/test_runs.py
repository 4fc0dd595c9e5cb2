"""When a rule on a state fires, flaps and recovers, on timelines of one-minute slots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alert import On, Rule
from monitor.core.alerting.runs import STALE_AFTER, Event, Standing, Step, steps
from monitor.core.model import Span, State
from monitor.core.timeline import merge

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
FIRED, RECOVERED = Event.FIRED, Event.RECOVERED
ON_DOWN = Rule(On.DOWN, channels=("ops",))


def run(
    rule: Rule, *runs: tuple[State, int, int], after: int = 0, now: int | None = None, open_since: int | None = None
) -> list[Step]:
    """The rule's steps on a timeline of 60 s slots that was judged just now."""
    spans = [Span(state, start, end) for state, start, end in runs]
    moment = spans[-1].end if now is None else now
    standing = None if open_since is None else Standing(open_since)
    return steps(rule, spans, every=60, after=after, now=moment, standing=standing)


def test_a_rule_fires_when_its_state_has_lasted_one_slot() -> None:
    assert run(ON_DOWN, (UP, 0, 60), (DOWN, 60, 120)) == [Step(FIRED, 120, 60)]


def test_a_rule_with_after_fires_when_so_many_slots_failed_in_a_row() -> None:
    rule = Rule(On.DOWN, after=3)
    assert run(rule, (UP, 0, 60), (DOWN, 60, 180), after=120) == []
    assert run(rule, (UP, 0, 60), (DOWN, 60, 240), after=180) == [Step(FIRED, 240, 60)]


def test_a_failed_slot_between_good_ones_does_not_add_up() -> None:
    timeline = ((DOWN, 0, 60), (UP, 60, 120), (DOWN, 120, 180), (UP, 180, 240))
    assert run(Rule(On.DOWN, after=2), *timeline) == []


def test_an_outage_that_goes_on_fires_once() -> None:
    assert run(ON_DOWN, (UP, 0, 60), (DOWN, 60, 240), after=180, open_since=60) == []


def test_one_recovery_follows_a_firing() -> None:
    timeline = ((DOWN, 60, 240), (UP, 240, 300))
    assert run(ON_DOWN, *timeline, after=240, open_since=60) == [Step(RECOVERED, 240, 60)]
    assert run(ON_DOWN, (DOWN, 60, 240), (UP, 240, 360), after=300) == []


def test_unknown_never_clears_a_down() -> None:
    timeline = ((DOWN, 60, 240), (UNKNOWN, 240, 5_000))
    assert run(ON_DOWN, *timeline, after=240, open_since=60) == []
    assert run(ON_DOWN, *timeline, (UP, 5_000, 5_060), after=5_000, open_since=60) == [Step(RECOVERED, 5_000, 60)]


def test_a_component_found_down_again_after_a_gap_is_the_same_firing() -> None:
    timeline = ((DOWN, 60, 240), (UNKNOWN, 240, 5_000), (DOWN, 5_000, 5_060))
    assert run(ON_DOWN, *timeline, after=240, open_since=60) == []


def test_reachable_but_slow_is_a_recovery_from_down_and_not_from_degraded() -> None:
    assert run(ON_DOWN, (DOWN, 0, 60), (DEGRADED, 60, 120), after=60, open_since=0) == [Step(RECOVERED, 60, 0)]
    slow = Rule(On.DEGRADED)
    assert run(slow, (DEGRADED, 0, 60), (DOWN, 60, 120), after=60, open_since=0) == []
    assert run(slow, (DEGRADED, 0, 60), (UNKNOWN, 60, 120), after=60, open_since=0) == []
    assert run(slow, (DEGRADED, 0, 60), (UP, 60, 120), after=60, open_since=0) == [Step(RECOVERED, 60, 0)]


@pytest.mark.parametrize("state", [UP, DEGRADED, DOWN])
def test_any_answer_ends_a_rule_on_unknown(state: State) -> None:
    timeline = ((UNKNOWN, 0, 60), (state, 60, 120))
    assert run(Rule(On.UNKNOWN), *timeline, after=60, open_since=0) == [Step(RECOVERED, 60, 0)]


def test_a_short_outage_inside_one_step_fires_and_recovers() -> None:
    timeline = ((UP, 0, 60), (DOWN, 60, 120), (UP, 120, 240))
    assert run(ON_DOWN, *timeline, after=60) == [Step(FIRED, 120, 60), Step(RECOVERED, 120, 60)]


def test_two_outages_inside_one_step_are_two_firings() -> None:
    timeline = ((DOWN, 60, 120), (UP, 120, 180), (DOWN, 180, 240))
    assert run(ON_DOWN, *timeline) == [Step(FIRED, 120, 60), Step(RECOVERED, 120, 60), Step(FIRED, 240, 180)]


def test_an_outage_that_ended_long_ago_wakes_nobody() -> None:
    timeline = ((DOWN, 0, 60), (UP, 60, 360))
    assert run(ON_DOWN, *timeline, now=60 + STALE_AFTER) == [Step(FIRED, 60, 0), Step(RECOVERED, 60, 0)]
    assert run(ON_DOWN, *timeline, now=61 + STALE_AFTER) == []


def test_an_outage_that_began_long_ago_and_goes_on_is_news() -> None:
    assert run(ON_DOWN, (UP, 0, 60), (DOWN, 60, 90_000), after=60) == [Step(FIRED, 120, 60)]


def test_what_was_settled_before_is_not_looked_at_again() -> None:
    assert run(ON_DOWN, (DOWN, 0, 60), (UP, 60, 120), after=60) == []


def test_an_inferred_gap_does_not_split_an_outage() -> None:
    spans = [Span(DOWN, 0, 60), Span(DOWN, 60, 120, inferred=True), Span(DOWN, 120, 180)]
    assert steps(Rule(On.DOWN, after=3), spans, every=60, after=60, now=180, standing=None) == [Step(FIRED, 180, 0)]


def test_a_firing_that_late_results_contradict_recovers() -> None:
    # Slot 60 read down when the rule fired; a late result then made the vote up, and up it stays.
    assert run(ON_DOWN, (UP, 0, 180), after=120, open_since=60) == [Step(RECOVERED, 60, 60)]


def test_a_recovery_with_clear_after_waits_for_so_many_good_slots_in_a_row() -> None:
    rule = Rule(On.DOWN, clear_after=3)
    assert run(rule, (DOWN, 0, 60), (UP, 60, 180), after=60, open_since=0) == []
    assert run(rule, (DOWN, 0, 60), (UP, 60, 180), (DOWN, 180, 240), (UP, 240, 360), after=60, open_since=0) == []
    assert run(rule, (DOWN, 0, 60), (UP, 60, 240), after=180, open_since=0) == [Step(RECOVERED, 60, 0)]


def test_a_slow_answer_among_good_ones_does_not_begin_the_count_anew() -> None:
    timeline = ((DOWN, 0, 60), (UP, 60, 120), (DEGRADED, 120, 180))
    assert run(Rule(On.DOWN, clear_after=2), *timeline, after=120, open_since=0) == [Step(RECOVERED, 60, 0)]


FLAPPING = ((DOWN, 0, 60), (UP, 60, 120), (DOWN, 120, 180), (UP, 180, 240), (DOWN, 240, 300))


def test_the_third_fall_within_thirty_slots_fires_as_flapping() -> None:
    assert run(ON_DOWN, *FLAPPING, after=240) == [Step(FIRED, 300, 240, flapping=True)]
    late = ((DOWN, 0, 60), (UP, 60, 120), (DOWN, 120, 180), (UP, 180, 1_860), (DOWN, 1_860, 1_920))
    assert run(ON_DOWN, *late, after=1_860) == [Step(FIRED, 1_920, 1_860)]


def test_what_flaps_while_it_fires_says_so_once() -> None:
    rule = Rule(On.DOWN, clear_after=5)
    assert run(rule, *FLAPPING, after=240, open_since=0) == [Step(Event.FLAPPING, 300, 0, flapping=True)]
    spans = [Span(state, start, end) for state, start, end in FLAPPING]
    assert steps(rule, spans, every=60, after=240, now=300, standing=Standing(0, flapping=True)) == []


def test_what_flaps_recovers_after_ten_good_slots_in_a_row() -> None:
    spans = [Span(state, start, end) for state, start, end in (*FLAPPING, (UP, 300, 840))]
    standing = Standing(240, flapping=True)
    assert steps(ON_DOWN, spans, every=60, after=780, now=840, standing=standing) == []
    spans[-1] = Span(UP, 300, 900)
    assert steps(ON_DOWN, spans, every=60, after=840, now=900, standing=standing) == [
        Step(RECOVERED, 300, 240, flapping=True)
    ]


def test_a_gap_in_the_measurement_is_no_recovery_that_it_could_fall_from() -> None:
    gaps = ((DOWN, 0, 60), (UNKNOWN, 60, 120), (DOWN, 120, 180), (UNKNOWN, 180, 240), (DOWN, 240, 300))
    assert run(Rule(On.DOWN, clear_after=9), *gaps, after=240, open_since=0) == []


slots = st.lists(st.sampled_from(State), min_size=1, max_size=60)
rules = st.builds(
    Rule,
    st.sampled_from([On.DOWN, On.DEGRADED, On.UNKNOWN]),
    after=st.integers(1, 4),
    clear_after=st.integers(1, 4),
)


@given(slots, rules, st.data())
def test_however_a_timeline_is_cut_the_steps_are_the_same(states: list[State], rule: Rule, data: st.DataObject) -> None:
    whole = list(merge(Span(state, number * 60, number * 60 + 60) for number, state in enumerate(states)))
    end = len(states) * 60
    cuts = data.draw(st.lists(st.integers(1, len(states)), max_size=8).map(lambda found: sorted({*found, len(states)})))

    def judged(borders: list[int]) -> list[Step]:
        found: list[Step] = []
        standing, after = None, 0
        for border in (number * 60 for number in borders):
            known = [Span(span.state, span.start, min(span.end, border)) for span in whole if span.start < border]
            # Nothing is stale here: what was long over when it was judged depends on when that was, and only that.
            for step in steps(rule, known, every=60, after=after, now=0, standing=standing):
                found.append(step)
                standing = None if step.event is RECOVERED else Standing(step.start, step.flapping)
            after = border
        return found

    assert judged(cuts) == judged(list(range(1, len(states) + 1))) == judged([end // 60])
