"""What an agent's contacts tell."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.contact import Contact, Waiting, believed, every_at, following, is_worth_writing, lag, nonsense
from monitor.core.model import Failure, FailureKind, Result, State
from monitor.core.timeline import Terms

T0 = 1_800_000_000
SEEN = Result("api", "http", "singapore", T0, T0 * 1000 + 400, State.UP, "d1")


def test_the_lag_is_how_long_the_oldest_result_waited() -> None:
    assert lag(Contact("a", T0, 1, "", Waiting(0, 9, 0, T0 - 600))) == 600
    assert lag(Contact("a", T0, 1, "", Waiting(0, 0, 0, None))) == 0
    assert lag(Contact("a", T0, 1, "", Waiting(-9_000, 1, 0, T0 + 5))) == 0
    assert lag(Contact("a", T0, 1, "")) == 0


def test_contacts_are_written_every_five_seconds_and_whenever_the_clock_was_set_back() -> None:
    before = Contact("a", T0, 1, "")
    assert is_worth_writing(None, before)
    later = [replace(before, seen_at=T0 + second) for second in range(-2, 7)]
    assert [item.seen_at - T0 for item in later if is_worth_writing(before, item)] == [-2, -1, 5, 6]


def test_a_location_that_becomes_blind_or_sees_again_is_written_at_once() -> None:
    seeing = Contact("a", T0, 2, "", Waiting(0, 0, 0, None))
    blind = replace(seeing, seen_at=T0 + 1, blind_since=T0)
    assert is_worth_writing(seeing, blind)
    assert is_worth_writing(blind, replace(seeing, seen_at=T0 + 1))
    assert not is_worth_writing(blind, replace(blind, seen_at=T0 + 2))
    assert not is_worth_writing(blind, Contact("a", T0 + 2, 2, "")), "whoever asks for checks says nothing of it"


@pytest.mark.parametrize(("skew_ms", "shortest", "off"), [(5_000, 60, False), (-5_001, 60, True), (1_001, 2, True)])
def test_a_clock_is_off_since_the_first_contact_that_showed_it(skew_ms: int, shortest: int, off: bool) -> None:
    first = Contact("a", T0, 2, "", Waiting(skew_ms, 0, 0, None))
    known = following(None, first, shortest)
    assert known.skewed_since == (T0 if off else None)
    assert following(known, replace(first, seen_at=T0 + 60), shortest).skewed_since == known.skewed_since
    right = replace(first, seen_at=T0 + 120, waiting=Waiting(0, 0, 0, None))
    assert following(known, right, shortest).skewed_since is None


def test_asking_for_checks_leaves_what_was_said_when_pushing() -> None:
    pushed = Contact("a", T0, 2, "", Waiting(9_000, 3, 0, None), blind_since=T0 - 9, skewed_since=T0 - 5)
    assert following(pushed, Contact("a", T0 + 60, 2, "1.1"), 60) == replace(pushed, seen_at=T0 + 60, version="1.1")


@pytest.mark.parametrize(
    ("skew_ms", "every", "reports"),
    [(5_000, 60, True), (5_001, 60, False), (-5_001, 60, False), (5_000, 10, True), (2_501, 5, False), (500, 1, True)],
)
def test_results_by_a_clock_too_far_off_do_not_report(skew_ms: int, every: int, reports: bool) -> None:
    assert (believed(SEEN, skew_ms, every) == SEEN) is reports


def test_what_was_seen_by_a_clock_that_is_off_is_kept_in_words() -> None:
    down = replace(SEEN, outcome=State.DOWN, failure=Failure(FailureKind.TIMEOUT, "no answer"), certificate_expires=T0)
    kept = believed(down, -61_250, 60)
    assert kept == replace(
        SEEN,
        outcome=State.UNKNOWN,
        failure=Failure(FailureKind.CLOCK_JUMP, "the agent's clock was 61.2 s behind; seen: down, timeout, no answer"),
    )
    assert believed(SEEN, 6_000, 60).failure == Failure(
        FailureKind.CLOCK_JUMP, "the agent's clock was 6.0 s ahead; seen: up"
    )


@given(st.integers(-(2**50), 2**50), st.integers(1, 3600), st.sampled_from(State))
def test_a_clock_never_makes_a_result_better_or_worse_than_it_was(skew_ms: int, every: int, outcome: State) -> None:
    kept = believed(replace(SEEN, outcome=outcome), skew_ms, every)
    assert kept.outcome in (outcome, State.UNKNOWN)
    assert (kept.slot, kept.started_ms, kept.definition) == (SEEN.slot, SEEN.started_ms, SEEN.definition)


def test_a_slots_length_is_that_of_the_terms_in_force() -> None:
    old = Terms("http", 0, T0, 60, ("a",), "majority", True, "d1")
    new = Terms("http", T0, None, 2, ("a",), "majority", True, "d2")
    assert (every_at([old, new], T0 - 60), every_at([old, new], T0)) == (60, 2)
    assert every_at([new], T0 - 60) == 60


def test_what_may_be_true_is_taken() -> None:
    assert nonsense(SEEN, T0 + 60) is None
    assert nonsense(SEEN, T0 + 366 * 86_400) is None
    assert nonsense(SEEN, T0 + 366 * 86_400 + 1) is not None
    assert nonsense(SEEN, T0 - 86_400) is None
    assert nonsense(SEEN, T0 - 86_401) is not None
