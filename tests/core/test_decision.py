from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.decision import (
    Case,
    Decision,
    Request,
    RequestType,
    Status,
    case_of,
    check_decision,
    check_request,
    corrected,
    counts_for,
    exclusions,
    same_holder,
    standing,
)
from monitor.core.exclusion import Exclusion, accepted_windows
from monitor.core.interval import intersect, seconds_in, subtract, union
from monitor.core.model import Interval, Span, State
from monitor.core.timeline import overlay_unknown
from tests.core.strategies import intervals, timelines

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
ASKED = Request(
    id="exclusion-1",
    type=RequestType.EXCLUSION,
    kind="third_party",
    component="api",
    check=None,
    start=100,
    end=400,
    reason="the provider's network failed",
    evidence="https://provider.example/incidents/7",
    requested_at=1_000,
    requested_by="ana",
)
CORRECTION = replace(ASKED, id="correction-2", type=RequestType.CORRECTION, kind="measurement_error")
YES = Decision(True, "ben", 2_000)
NO = Decision(False, "ben", 2_000, "the provider says otherwise")


# What can be requested


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "earthquake"}, "'earthquake' is no kind of exclusion; choose one of customer_caused, force_majeure"),
        ({"kind": "measurement_error"}, "'measurement_error' is no kind of exclusion"),
        ({"kind": "maintenance"}, "maintenance is excluded by its notice alone"),
        ({"type": RequestType.CORRECTION}, "'third_party' is no kind of correction; choose one of measurement_error"),
        ({"end": 100}, "a period ends after it starts"),
        ({"start": 401}, "a period ends after it starts"),
        ({"end": 1_001}, "the period is not over yet"),
        ({"end": 399.5}, "whole seconds"),
        ({"start": True}, "whole seconds"),
        ({"reason": "  "}, "a request needs a reason"),
        ({"evidence": "javascript:alert(1)"}, "does not begin with https:// or http://"),
        ({"check": "http"}, "an exclusion is of a component's time, and a check has none of its own"),
    ],
)
def test_a_request_that_cannot_be_made_says_why(change: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_request(replace(ASKED, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["force_majeure", "third_party", "customer_caused"])
def test_an_exclusion_is_of_a_kind_that_needs_an_approval(kind: str) -> None:
    check_request(replace(ASKED, kind=kind))


def test_a_period_may_end_in_the_very_second_it_is_requested() -> None:
    check_request(replace(ASKED, end=1_000))
    check_request(CORRECTION)
    check_request(replace(ASKED, evidence=""))


# Four eyes


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        (Decision(True, "ana", 2_000), "four eyes: exclusion-1 was requested by ana; somebody else must approve it"),
        (Decision(True, "Ana", 2_000), "four eyes"),
        (Decision(True, "ben (unproven)", 2_000), "deciding needs a token"),
        (Decision(False, "ben (unproven)", 2_000, "no"), "deciding needs a token"),
        (Decision(True, "", 2_000), "deciding needs a token"),
        (Decision(True, "ben", 999), "requested later than that"),
        (Decision(False, "ben", 2_000, " "), "a rejection needs a reason"),
    ],
)
def test_a_decision_that_cannot_be_made_says_why(decision: Decision, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_decision(Case(ASKED), decision)


@pytest.mark.parametrize("decision", [YES, NO, Decision(True, "ben", 1_000), Decision(False, "ana", 2_000, "a typo")])
def test_somebody_else_approves_and_anybody_with_a_token_rejects(decision: Decision) -> None:
    check_decision(Case(ASKED), decision)


def test_a_request_is_decided_once() -> None:
    with pytest.raises(ValueError, match="exclusion-1 was already approved by ben; request it anew"):
        check_decision(Case(ASKED, YES), replace(NO, by="cho"))
    with pytest.raises(ValueError, match="exclusion-1 was already rejected by ben"):
        check_decision(Case(ASKED, NO), replace(YES, by="cho"))


def test_who_requested_without_a_token_is_the_same_holder_with_one() -> None:
    assert same_holder("ana (unproven)", "ana")
    assert not same_holder("ana", "ben")
    with pytest.raises(ValueError, match="four eyes"):
        check_decision(Case(replace(ASKED, requested_by="ben (unproven)")), YES)


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ([], Status.PENDING),
        ([YES], Status.APPROVED),
        ([NO], Status.REJECTED),
        ([YES, replace(NO, at=1_999)], Status.REJECTED),
        ([NO, replace(YES, at=1_999)], Status.APPROVED),
        ([YES, NO], Status.REJECTED),
        ([Decision(True, "ana", 2_000)], Status.PENDING),
        ([Decision(True, "ben (unproven)", 2_000)], Status.PENDING),
        ([Decision(True, "ben", 999)], Status.PENDING),
        ([Decision(True, "ana", 1_500), YES], Status.APPROVED),
    ],
)
def test_the_first_decision_that_could_be_made_stands(decisions: list[Decision], status: Status) -> None:
    assert standing(ASKED, decisions) is status


actors = st.sampled_from(["ana", "ben", "cho", "ben (unproven)"])
decisions = st.lists(
    st.builds(Decision, st.booleans(), actors, st.integers(990, 1010), st.sampled_from(["", "so it was"])), max_size=5
)


@given(decisions.flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_in_which_decisions_come_does_not_matter(pair: tuple[Sequence[Decision], Sequence[Decision]]) -> None:
    assert case_of(ASKED, pair[0]) == case_of(ASKED, pair[1])


@given(decisions)
def test_nothing_is_ever_approved_by_the_one_who_requested_it(found: Sequence[Decision]) -> None:
    case = case_of(ASKED, found)
    assert case.decision is None or not case.decision.approved or case.decision.by in ("ben", "cho")


# What an approved exclusion excludes

SEEN = [Span(UP, 0, 150), Span(DOWN, 150, 200), Span(UNKNOWN, 200, 250), Span(DEGRADED, 250, 500)]


def test_an_approved_exclusion_is_cut_to_what_was_seen_not_up() -> None:
    assert exclusions([Case(ASKED, YES)], SEEN) == (
        Exclusion("third_party", 150, 200, approved=True),
        Exclusion("third_party", 250, 400, approved=True),
    )


def test_a_pending_exclusion_is_listed_whole_and_counts_for_nothing() -> None:
    found = exclusions([Case(ASKED)], SEEN)
    assert found == (Exclusion("third_party", 100, 400),)
    assert accepted_windows(found) == ()


def test_a_rejected_request_leaves_nothing() -> None:
    assert exclusions([Case(ASKED, NO)], SEEN) == ()
    assert corrected(SEEN, [Case(CORRECTION, NO)]) == SEEN


def test_a_correction_is_listed_and_never_excludes() -> None:
    found = exclusions([Case(CORRECTION, YES)], SEEN)
    assert found == (Exclusion("measurement_error", 100, 400, approved=True),)
    assert accepted_windows(found) == ()


def test_a_correction_concerns_every_figure_and_an_exclusion_those_that_list_its_kind() -> None:
    assert counts_for(Case(CORRECTION), frozenset())
    assert counts_for(Case(ASKED), frozenset({"third_party"}))
    assert not counts_for(Case(ASKED), frozenset({"maintenance", "force_majeure"}))


@given(timelines(), st.lists(intervals.filter(lambda each: each.length > 0), max_size=3))
def test_what_is_excluded_by_approval_was_always_seen_not_up(spans: list[Span], periods: list[Interval]) -> None:
    cases = [Case(replace(ASKED, id=f"x-{at}", start=p.start, end=p.end), YES) for at, p in enumerate(periods)]
    left = accepted_windows(exclusions(cases, spans))
    assert subtract(left, _in(spans, DOWN, DEGRADED)) == ()
    assert left == intersect(periods, _in(spans, DOWN, DEGRADED))


# What a correction makes unknown


def test_a_correction_makes_exactly_its_period_unknown() -> None:
    assert corrected(SEEN, [Case(CORRECTION, YES)]) == [
        Span(UP, 0, 100),
        Span(UNKNOWN, 100, 400),
        Span(DEGRADED, 400, 500),
    ]
    assert corrected(SEEN, [Case(CORRECTION)]) == SEEN
    assert corrected(SEEN, [Case(ASKED, YES)]) == SEEN


def test_a_corrected_gap_is_not_bridged_and_a_bridged_gap_beside_it_stays_inferred() -> None:
    spans = [Span(DOWN, 0, 60), Span(DOWN, 60, 90, inferred=True), Span(DOWN, 90, 150)]
    assert overlay_unknown(spans, [Interval(0, 60)]) == [Span(UNKNOWN, 0, 60), *spans[1:]]
    assert overlay_unknown(spans, [Interval(50, 70)]) == [
        Span(DOWN, 0, 50),
        Span(UNKNOWN, 50, 70),
        Span(DOWN, 70, 90, inferred=True),
        Span(DOWN, 90, 150),
    ]


def test_time_without_a_span_gets_none_by_a_correction() -> None:
    assert overlay_unknown([Span(UP, 10, 20)], [Interval(0, 15)]) == [Span(UNKNOWN, 10, 15), Span(UP, 15, 20)]
    assert overlay_unknown([], [Interval(0, 15)]) == []


@given(timelines(), st.lists(intervals, max_size=4))
def test_an_overlay_only_turns_its_own_time_unknown(spans: list[Span], periods: list[Interval]) -> None:
    after = overlay_unknown(spans, periods)
    assert _in(after, *State) == _in(spans, *State)
    for state in (UP, DEGRADED, DOWN):
        assert _in(after, state) == subtract(_in(spans, state), periods)
    assert _in(after, UNKNOWN) == union((*_in(spans, UNKNOWN), *intersect(_in(spans, *State), periods)))
    assert seconds_in(_in(after, *State)) == sum(span.length for span in after)


@given(timelines(), intervals, intervals)
def test_the_order_of_corrections_does_not_matter(spans: list[Span], one: Interval, two: Interval) -> None:
    together = overlay_unknown(spans, [one, two])
    assert overlay_unknown(overlay_unknown(spans, [one]), [two]) == together
    assert overlay_unknown(overlay_unknown(spans, [two]), [one]) == together
    assert overlay_unknown(together, [one, two]) == together


def _in(spans: Sequence[Span], *states: State) -> tuple[Interval, ...]:
    return union(Interval(span.start, span.end) for span in spans if span.state in states)
