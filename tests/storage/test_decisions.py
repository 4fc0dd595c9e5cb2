from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from monitor.core.decision import Case, Decision, Request, RequestType, Status
from monitor.core.ledger import first_break
from monitor.storage.store import Store
from tests.storage.builders import T0, World, component

ASKED = Request(
    id="",
    type=RequestType.EXCLUSION,
    kind="third_party",
    component="api",
    check=None,
    start=T0 + 60,
    end=T0 + 600,
    reason="the provider's network failed",
    evidence="https://provider.example/incidents/7",
    requested_at=T0 + 900,
    requested_by="ana",
)
CORRECTION = replace(ASKED, type=RequestType.CORRECTION, kind="measurement_error", reason="a wrong password")
YES = Decision(True, "ben", T0 + 1_000, "seen on their page")
NO = Decision(False, "ben", T0 + 1_000, "not theirs")


def test_a_request_gets_its_id_and_is_pending(store: Store) -> None:
    stored = store.decisions.append(ASKED)
    assert stored == replace(ASKED, id="exclusion-1")
    assert store.decisions.all() == [Case(stored)]
    assert store.decisions.one("exclusion-1").status is Status.PENDING
    assert store.decisions.append(CORRECTION).id == "correction-2"


def test_a_decision_stands_beside_its_request(store: Store) -> None:
    stored = store.decisions.append(ASKED)
    other = store.decisions.append(CORRECTION)
    assert store.decisions.decide("exclusion-1", YES) == Case(stored, YES)
    store.decisions.decide("correction-2", NO)
    assert store.decisions.all() == [Case(stored, YES), Case(other, NO)]


def test_both_steps_are_in_the_ledger_with_all_they_say(store: Store) -> None:
    store.decisions.append(ASKED)
    store.decisions.append(CORRECTION)
    store.decisions.decide("exclusion-1", YES)
    store.decisions.decide("correction-2", NO)
    entries = store.ledger()
    assert [(item.kind, item.actor, item.at) for item in entries] == [
        ("exclusion requested", "ana", T0 + 900),
        ("correction requested", "ana", T0 + 900),
        ("exclusion approved", "ben", T0 + 1_000),
        ("correction rejected", "ben", T0 + 1_000),
    ]
    assert entries[0].payload == {
        "id": "exclusion-1",
        "type": "exclusion",
        "kind": "third_party",
        "component": "api",
        "check": None,
        "start": T0 + 60,
        "end": T0 + 600,
        "reason": "the provider's network failed",
        "evidence": "https://provider.example/incidents/7",
        "requested_at": T0 + 900,
        "requested_by": "ana",
    }
    said = {"id": "exclusion-1", "approved": True, "by": "ben", "at": T0 + 1_000, "reason": "seen on their page"}
    assert entries[2].payload == said
    assert first_break(entries) is None


def test_each_step_moves_the_counter_that_the_hub_polls(store: Store) -> None:
    store.decisions.append(ASKED)
    assert store.facts_version() == 1
    store.decisions.decide("exclusion-1", YES)
    assert store.facts_version() == 2


def test_what_cannot_be_requested_leaves_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="the period is not over yet"):
        store.decisions.append(replace(ASKED, end=T0 + 901))
    assert (store.decisions.all(), store.ledger(), store.facts_version()) == ([], [], 0)


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        (replace(YES, by="ana"), "four eyes"),
        (replace(YES, by="ben (unproven)"), "deciding needs a token"),
        (replace(NO, reason=""), "a rejection needs a reason"),
    ],
)
def test_what_cannot_be_decided_leaves_the_request_pending(store: Store, decision: Decision, says: str) -> None:
    store.decisions.append(ASKED)
    with pytest.raises(ValueError, match=says):
        store.decisions.decide("exclusion-1", decision)
    assert store.decisions.one("exclusion-1").status is Status.PENDING
    assert (len(store.ledger()), store.facts_version()) == (1, 1)


def test_a_second_decision_is_refused_and_changes_nothing(store: Store) -> None:
    stored = store.decisions.append(ASKED)
    store.decisions.decide("exclusion-1", YES)
    with pytest.raises(ValueError, match="exclusion-1 was already approved by ben"):
        store.decisions.decide("exclusion-1", replace(NO, by="cho"))
    assert store.decisions.all() == [Case(stored, YES)]
    assert len(store.ledger()) == 2


def test_of_two_who_decide_at_once_one_is_refused(store: Store) -> None:
    store.decisions.append(ASKED)

    def decide(decision: Decision) -> bool:
        try:
            store.decisions.decide("exclusion-1", decision)
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, [YES, replace(NO, by="cho")])) == [False, True]
    assert [item.kind for item in store.ledger()][1:] in (["exclusion approved"], ["exclusion rejected"])


@pytest.mark.parametrize("identifier", ["exclusion-2", "correction-1", "exclusion-", "1", "", "exclusion-²", "x" * 99])
def test_an_id_that_was_never_given_is_not_found(store: Store, identifier: str) -> None:
    store.decisions.append(ASKED)
    with pytest.raises(KeyError):
        store.decisions.one(identifier)
    with pytest.raises(KeyError):
        store.decisions.decide(identifier, YES)


def test_cases_are_found_by_their_component(store: Store) -> None:
    stored = store.decisions.append(ASKED)
    other = store.decisions.append(replace(ASKED, component="web"))
    store.decisions.decide("exclusion-2", YES)
    assert store.decisions.by_component() == {"api": [Case(stored)], "web": [Case(other, YES)]}


def test_an_approved_correction_makes_whoever_keeps_figures_look_again(store: Store) -> None:
    world = World(store)
    world.adopt(component())
    store.decisions.append(CORRECTION)
    store.decisions.append(CORRECTION)
    store.decisions.append(ASKED)
    store.decisions.decide("correction-1", NO)
    store.decisions.decide("exclusion-3", YES)
    assert world.revision() == 0
    store.decisions.decide("correction-2", YES)
    assert world.revision() == 1
