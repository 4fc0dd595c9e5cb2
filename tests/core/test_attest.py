"""Stored facts against what the ledger says of them."""

from typing import Any

import pytest

from monitor.core.attest import Fact, unattested
from monitor.core.ledger import Entry, entry

NOTICE: dict[str, Any] = {"maintenance": "m1", "action": "announce", "at": 1_767_225_600, "start": 1_768_000_000}
ASKED: dict[str, Any] = {"id": "exclusion-1", "reason": "theirs"}
SAID: dict[str, Any] = {"id": "exclusion-1", "approved": True, "by": "ben"}
CLOSED: dict[str, Any] = {
    "subject": "agreement",
    "id": "acme",
    "month": "2026-01",
    "revision": 0,
    "figures": {"down_seconds": 2_400, "up_seconds": 1},
    "digests": {"inputs": "aa"},
    "digest": "bb",
}
FACTS = [
    Fact("notice", NOTICE, "ana"),
    Fact("exclusion requested", ASKED, "ana"),
    Fact("exclusion approved", SAID, "ben"),
    Fact("month closed", CLOSED, "cho"),
]


def chain(*facts: Fact) -> list[Entry]:
    found: list[Entry] = []
    for fact in facts:
        last = found[-1] if found else None
        found.append(entry(last, at=0, actor=fact.actor, kind=fact.kind, payload=dict(fact.payload)))
    return found


ENTRIES = chain(Fact("settings loaded", {"digest": "x"}, "root"), *FACTS)


def told(*facts: Fact) -> list[str]:
    return list(unattested(facts, ENTRIES))


def changed(number: int, **values: object) -> list[Fact]:
    fact = FACTS[number]
    return [*FACTS[:number], Fact(fact.kind, {**fact.payload, **values}, fact.actor), *FACTS[number + 1 :]]


def test_facts_that_the_ledger_says_are_attested_and_other_entries_are_nobodys_concern() -> None:
    assert told(*FACTS) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            changed(0, start=1_768_000_060),
            "maintenance m1: start is 2026-01-09T23:07:40Z and was 2026-01-09T23:06:40Z in ledger entry 2",
        ),
        (changed(1, reason="ours"), "request exclusion-1: reason is ours and was theirs in ledger entry 3"),
        (changed(2, by="eve"), "decision on exclusion-1: by is eve and was ben in ledger entry 4"),
        (
            changed(3, figures={"down_seconds": 0, "up_seconds": 1}, digest="cc"),
            "closing agreement acme 2026-01: figures.down_seconds is 0 and was 2,400 in ledger entry 5",
        ),
        (
            changed(3, digests={"inputs": "ab"}, digest="cc"),
            "closing agreement acme 2026-01: digests.inputs is ab and was aa in ledger entry 5",
        ),
        (changed(3, digest="cc"), "closing agreement acme 2026-01: digest is cc and was bb in ledger entry 5"),
        (
            [Fact("notice", NOTICE, "eve"), *FACTS[1:]],
            "maintenance m1: actor is eve and was ana in ledger entry 2",
        ),
    ],
)
def test_each_field_that_is_not_what_the_ledger_says_is_named(facts: list[Fact], said: str) -> None:
    assert told(*facts) == [said]


def test_a_fact_that_is_gone_and_one_that_nobody_entered_are_named() -> None:
    assert told(*FACTS[1:]) == ["maintenance m1: is gone, and ledger entry 2 (notice) says it was there"]
    other = Fact("notice", {**NOTICE, "maintenance": "m2"}, "ana")
    assert told(*FACTS, other) == ["maintenance m2: is stored, and the ledger does not say so"]


def test_an_approval_turned_into_a_rejection_is_one_changed_decision() -> None:
    turned = Fact("exclusion rejected", {**SAID, "approved": False}, "ben")
    assert told(*FACTS[:2], turned, FACTS[3]) == [
        "decision on exclusion-1: kind is exclusion rejected and was exclusion approved in ledger entry 4",
        "decision on exclusion-1: approved is False and was True in ledger entry 4",
    ]


def test_of_several_notices_only_the_one_that_changed_is_named() -> None:
    second = Fact("notice", {**NOTICE, "action": "complete", "at": 1_768_000_600}, "ana")
    entries = chain(FACTS[0], second)
    assert list(unattested([second], entries)) == [
        "maintenance m1: is gone, and ledger entry 1 (notice) says it was there"
    ]
