"""When a location is blind, and what becomes of what it saw."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Failure, FailureKind, Result, State
from monitor.core.sight import Sight, is_by_name, unseen

SEEN = Result("api", "http", "here", 60, 60_400, State.DOWN, "d1", failure=Failure(FailureKind.TIMEOUT, "no answer"))


def test_a_location_is_blind_from_the_first_round_without_an_answer_to_the_first_with_one() -> None:
    sight = Sight().after(10, answered=True)
    assert not sight.blind
    sight = sight.after(20, answered=False).after(22, answered=False)
    assert (sight.blind, sight.since) == (True, 20)
    sight = sight.after(24, answered=True)
    assert (sight.blind, sight.was) == (False, (20, 24))


def test_what_was_seen_while_it_was_blind_tells_nothing_and_what_came_before_or_after_does() -> None:
    blind = Sight().after(20, answered=False)
    assert blind.clouded(15, 21)
    assert blind.clouded(15, 20)
    assert not blind.clouded(15, 19.9)
    seeing = blind.after(24, answered=True)
    assert [seeing.clouded(15, 21), seeing.clouded(15, 20), seeing.clouded(24, 33)] == [True, True, True]
    assert seeing.clouded(23, 33), "begun blind, however it ended"
    assert not seeing.clouded(24.1, 33)
    assert not seeing.clouded(10, 19)


@given(st.lists(st.booleans(), max_size=30))
def test_a_location_is_blind_exactly_when_the_last_round_had_no_answer(answers: list[bool]) -> None:
    sight = Sight()
    for moment, answered in enumerate(answers):
        sight = sight.after(moment, answered=answered)
    assert sight.blind is (bool(answers) and not answers[-1])


def test_what_a_blind_location_saw_is_unknown_with_what_it_seemed_to_be_in_words() -> None:
    assert unseen(replace(SEEN, certificate_expires=5)) == replace(
        SEEN,
        outcome=State.UNKNOWN,
        failure=Failure(FailureKind.NO_NETWORK, "no control target answered; seen: down, timeout, no answer"),
    )


def test_a_name_that_cannot_be_found_is_told_from_an_address_that_cannot_be_reached() -> None:
    assert is_by_name(replace(SEEN, failure=Failure(FailureKind.NAME_NOT_FOUND)))
    assert is_by_name(replace(SEEN, failure=Failure(FailureKind.NAME_TIMEOUT)))
    assert not is_by_name(SEEN)
    assert not is_by_name(replace(SEEN, failure=None))
