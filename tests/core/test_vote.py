from dataclasses import replace
from itertools import combinations_with_replacement, pairwise, permutations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.contact import believed
from monitor.core.model import Failure, FailureKind, Phases, Result, State
from monitor.core.vote import Mode, decided, needed, preferred, vote
from tests.core.vectors import load

UP, DEGRADED, DOWN, UNKNOWN = State.UP, State.DEGRADED, State.DOWN, State.UNKNOWN
MODES: tuple[Mode, ...] = ("majority", "any", "all", 1, 2, 3)

SEEN = Result(
    component="api",
    check="http",
    location="jakarta",
    slot=60,
    started_ms=61_000,
    outcome=UP,
    definition="a" * 64,
    phases=Phases(total_ms=12),
)


@pytest.mark.parametrize("vector", load("timeline")["votes"], ids=lambda vector: vector["name"])
def test_the_published_votes_come_out_as_published(vector: dict[str, Any]) -> None:
    states = [State(state) for state in vector["results"]]
    assert vote(states, vector["configured"], vector["mode"]) is State(vector["expected"])


@pytest.mark.parametrize("vector", load("availability")["quorum"], ids=lambda vector: vector["name"])
def test_the_published_quorums_come_out_as_published(vector: dict[str, Any]) -> None:
    states = [State(state) for state in vector["results"]]
    assert vote(states, vector["configured"]) is State(vector["expected"])


def test_a_location_that_is_silent_counts_like_one_that_knows_nothing() -> None:
    assert vote([DOWN, DOWN], 3) is vote([DOWN, DOWN, UNKNOWN], 3) is DOWN
    assert vote([], 1) is UNKNOWN


@given(st.lists(st.sampled_from(State), max_size=5), st.sampled_from(MODES))
def test_the_order_of_the_locations_does_not_matter(states: list[State], mode: Mode) -> None:
    verdict = vote(states, 5, mode)
    assert vote(reversed(states), 5, mode) is verdict
    assert vote(sorted(states), 5, mode) is verdict


@pytest.mark.parametrize(
    ("mode", "reporting", "downs"),
    [("majority", 1, 1), ("majority", 2, 2), ("majority", 3, 2), ("majority", 4, 3), ("any", 5, 1), ("all", 3, 3)],
)
def test_each_mode_needs_so_many_downs(mode: Mode, reporting: int, downs: int) -> None:
    assert needed(mode, reporting) == downs


def test_a_number_is_how_many_locations_must_see_it_down() -> None:
    assert needed(2, 5) == 2


def test_an_unknown_mode_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown vote 'most': majority, any, all or a number"):
        vote([DOWN], 1, "most")


def by_brute_force(states: tuple[State, ...], configured: int, mode: Mode) -> State | None:
    """The verdict that every way to fill the missing reports leads to, or None."""
    outcomes = {vote((*states, *rest), configured, mode) for rest in product(State, repeat=configured - len(states))}
    return outcomes.pop() if len(outcomes) == 1 else None


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("configured", [1, 2, 3, 4])
def test_a_slot_is_decided_once_nothing_outstanding_can_change_it(configured: int, mode: Mode) -> None:
    for reported in range(configured + 1):
        for states in combinations_with_replacement(State, reported):
            assert decided(states, configured, mode) is by_brute_force(states, configured, mode)


def test_two_of_three_seen_down_are_decided_before_the_third_reports() -> None:
    assert decided([DOWN, DOWN], 3) is DOWN
    assert decided([UP, UP], 3) is UP
    assert decided([UP, DOWN], 3) is None
    assert decided([UP], 1) is UP


def test_of_two_results_for_one_slot_the_earliest_start_counts() -> None:
    later = replace(SEEN, started_ms=SEEN.started_ms + 1, outcome=DOWN)
    assert preferred(SEEN, later) is preferred(later, SEEN) is SEEN


def test_of_two_results_with_one_start_the_worse_outcome_counts() -> None:
    best_first = [replace(SEEN, outcome=state) for state in (UNKNOWN, UP, DEGRADED, DOWN)]
    for better, worse in pairwise(best_first):
        assert preferred(better, worse) is preferred(worse, better) is worse


def test_what_was_seen_by_a_clock_ahead_is_not_believed_because_it_came_late_too() -> None:
    """Delayed by as much as it was ahead, or sent again, it looks like what a right clock saw."""
    for seen in (replace(SEEN, outcome=outcome) for outcome in (UP, DEGRADED, DOWN)):
        ahead, behind = believed(seen, 8_000, 60), believed(seen, -8_000, 60)
        assert preferred(ahead, seen) is preferred(seen, ahead) is ahead
        assert preferred(behind, seen) is preferred(seen, behind) is seen
        assert preferred(behind, ahead) is preferred(ahead, behind) is ahead


def test_two_results_that_differ_in_detail_alone_are_settled_the_same_in_any_order() -> None:
    failure = Failure(FailureKind.TIMEOUT, "no answer in 10 s")
    variants = [
        replace(SEEN, outcome=DOWN),
        replace(SEEN, outcome=DOWN, failure=failure),
        replace(SEEN, outcome=DOWN, attempts=2),
        replace(SEEN, outcome=DOWN, phases=Phases(total_ms=13)),
        replace(SEEN, outcome=DOWN, definition="b" * 64),
        replace(SEEN, outcome=DOWN, first_failure=FailureKind.TIMEOUT, first_failure_ms=10_000),
    ]
    winners = set()
    for order in permutations(variants):
        best = order[0]
        for other in order[1:]:
            best = preferred(best, other)
        winners.add(best)
    assert len(winners) == 1


def test_a_result_repeated_is_itself() -> None:
    assert preferred(SEEN, replace(SEEN)) == SEEN
