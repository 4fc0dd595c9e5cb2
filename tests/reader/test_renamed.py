"""A component that gets another id takes its history along: spans, notices, requests, closed books, late results.

January 2026 in Jakarta, 2,678,400 s, probed every five minutes: down 9 Jan 14:00-14:40 (2,400 s), maintenance announced
in time 12 Jan 01:00-02:00 (3,600 s), an approved exclusion over the outage's last 20 minutes. `api` is called `gateway`
from 10 Feb on.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from monitor.core.books import Subject
from monitor.core.decision import Decision, Request, RequestType
from monitor.core.model import Failure, FailureKind, Result, Seconds, State, digest
from monitor.reader.accounts import Accounts
from monitor.reader.bookkeeping import Bookkeeping
from monitor.reader.edits import edits
from monitor.reader.verification import Verification
from monitor.settings.hub import Settings
from monitor.storage.renamings import NamesClash
from tests.reader.test_accounts import API, CHECK, WEB, World
from tests.reports.world import JAKARTA, wib

ACME = "{id: acme, customer: Acme, components: [api], target: 99.5%, excludes: [maintenance, third_party]}"
GATEWAY = f"{{id: gateway, was: api, objective: 99.9%, since: 2026-01-01, {CHECK}}}"
RENAMED_AT = wib("10 Feb 00:00")
MARCH: Seconds = wib("05 Mar 00:00")


class Renamed(World):
    """Two months of `api`, then `gateway`."""

    def live(self) -> Settings:
        old = self.settings(API, agreements=ACME)
        self.adopt(old, wib("01 Jan 00:00") - 1)
        self.announce("m1", "01 Jan 00:00", "12 Jan 01:00", "12 Jan 02:00")
        self.probed(old, wib("01 Jan 00:00"), wib("09 Jan 14:00"))
        self.probed(old, wib("09 Jan 14:00"), wib("09 Jan 14:40"), State.DOWN)
        self.probed(old, wib("09 Jan 14:40"), RENAMED_AT)
        self.judge(RENAMED_AT)
        self.exclude("09 Jan 14:20", "09 Jan 14:40")
        return old

    def probed(self, settings: Settings, start: Seconds, end: Seconds, outcome: State = State.UP) -> None:
        [component] = settings.components
        definition = digest(component.checks[0].definition())
        failure = Failure(FailureKind.TIMEOUT) if outcome is State.DOWN else None
        results = [
            Result(component.id, "http", "local", slot, slot * 1000, outcome, definition, failure=failure)
            for slot in range(start, end, 300)
        ]
        assert self.store.accept(results) == []

    def exclude(self, start: str, end: str) -> None:
        asked = Request(
            "", RequestType.EXCLUSION, "third_party", "api", None, wib(start), wib(end), "Theirs", "", RENAMED_AT, "ana"
        )
        request = self.store.decisions.append(asked)
        self.store.decisions.decide(request.id, Decision(True, "ben", RENAMED_AT, "Seen"))

    def rename(self, component: str = GATEWAY, at: Seconds = RENAMED_AT) -> Settings:
        settings = self.settings(component, agreements=ACME.replace("[api]", "[gateway]"))
        self.adopt(settings, at)
        return settings


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Renamed]:
    made = Renamed(tmp_path)
    yield made
    made.store.close()


def figures(accounts: Accounts, component: str, now: Seconds) -> tuple[object, ...]:
    own, agreed = accounts.month(component, "2026-01", JAKARTA, now), accounts.agreement("acme", "2026-01", now)
    return own.target, own.figure, agreed.target, agreed.figure


def test_its_months_are_those_it_had(world: Renamed) -> None:
    before = figures(Accounts(world.store, world.live()), "api", RENAMED_AT)
    after = Accounts(world.store, world.rename())
    assert figures(after, "gateway", RENAMED_AT) == before
    own, agreed = after.month("gateway", "2026-01", JAKARTA, RENAMED_AT), after.agreement("acme", "2026-01", RENAMED_AT)
    assert (own.target, own.figure.excluded_seconds, own.figure.down_seconds) == (Fraction("0.999"), 3600, 2400)
    assert (agreed.figure.excluded_seconds, agreed.figure.down_seconds) == (4800, 1200)
    assert after.components("2026-01", JAKARTA) == ["gateway"]
    assert after.current("api") == "gateway"


def test_closed_books_stand_and_are_revised_under_the_id_they_were_closed_with(world: Renamed) -> None:
    old = world.live()
    for subject, identifier in ((Subject.OBJECTIVE, "api"), (Subject.AGREEMENT, "acme")):
        arguments = {"actor": "dan", "now": RENAMED_AT, "reason": "", "early": False}
        Bookkeeping(world.store, old).close(subject, identifier, "2026-01", **arguments)
    new = world.rename()
    books = Bookkeeping(world.store, new)
    assert books.open("2026-01") == []
    assert sorted(books.closed("2026-01")) == [(Subject.AGREEMENT, "acme"), (Subject.OBJECTIVE, "gateway")]
    for identifier in ("gateway", "api"):
        books.known(Subject.OBJECTIVE, identifier, "2026-01")
        kept = books.account(Subject.OBJECTIVE, identifier, "2026-01", MARCH)
        assert (kept.id, bool(kept.books.proposal)) == ("api", False)
    assert not books.account(Subject.AGREEMENT, "acme", "2026-01", MARCH).books.proposal
    check = Verification(world.store, new, MARCH)
    assert [check.of_month(key).wrong for key in check.months()] == [(), ()]
    assert check.of_ledger() == ()

    world.probed(old, wib("25 Jan 03:00"), wib("25 Jan 03:10"), State.DOWN)  # from a spool, by the earlier id
    world.judge(MARCH)
    revised = books.revise(Subject.OBJECTIVE, "gateway", "2026-01", actor="dan", now=MARCH, reason="It came late")
    assert (revised.id, revised.revision, revised.figures["down_seconds"]) == ("api", 1, 3000)
    facts = books.account(Subject.AGREEMENT, "acme", "2026-01", MARCH).books.proposal.facts
    assert facts == ("api: 2026-01-24T20:00:00Z to 20:10:00Z was up when the month was closed and is down now (600 s)",)


def test_a_tampered_renaming_is_named(world: Renamed) -> None:
    world.live()
    new = world.rename()
    with world.store.transaction() as connection:
        connection.exec_driver_sql("update renaming set was = 'web'")
    assert Verification(world.store, new, MARCH).of_ledger()[0] == (
        "component renamed gateway: was is web and was api in ledger entry 6"
    )


def test_it_is_probed_without_a_gap(world: Renamed) -> None:
    world.live()
    settings = world.rename()
    world.probed(settings, RENAMED_AT, RENAMED_AT + 3600)
    world.judge(RENAMED_AT + 3600)
    [span] = world.store.spans("gateway", RENAMED_AT - 300, RENAMED_AT + 3600)
    assert (span.state, span.start, span.end) == (State.UP, wib("09 Jan 14:40"), RENAMED_AT + 3600)
    assert world.store.components().keys() == {"gateway"}


def test_a_renaming_is_carried_out_once_and_may_be_forgotten_by_the_settings(world: Renamed) -> None:
    world.live()
    world.rename()
    later = world.rename(GATEWAY.replace("was: api, ", ""), at=RENAMED_AT + 60)
    assert [entry.kind for entry in world.store.ledger()].count("component renamed") == 1
    assert Accounts(world.store, later).month("gateway", "2026-01", JAKARTA, MARCH).figure.down_seconds == 2400


def test_settings_that_give_an_id_two_histories_are_not_taken_over(world: Renamed) -> None:
    world.live()
    world.rename()
    versions = len(world.store.settings_versions())
    with pytest.raises(NamesClash, match="api is what gateway was called before"):
        world.adopt(world.settings(API), RENAMED_AT + 60)
    with pytest.raises(NamesClash, match="api is what gateway was called before"):
        world.adopt(world.settings(GATEWAY.replace("was: api, ", ""), API), RENAMED_AT + 60)
    assert len(world.store.settings_versions()) == versions


def test_two_histories_cannot_be_joined(world: Renamed) -> None:
    settings = world.settings(API, WEB)
    world.adopt(settings, wib("01 Jan 00:00"))
    with pytest.raises(NamesClash, match="web and api both have a history"):
        world.adopt(world.settings(WEB.replace("id: web", "id: web, was: api")), RENAMED_AT)


def test_loading_says_that_the_history_goes_along(world: Renamed) -> None:
    world.live()
    settings = world.settings(GATEWAY, agreements=ACME.replace("[api]", "[gateway]"))
    said = list(edits(world.store.settings_versions(), settings, RENAMED_AT, world.store.renamings.current()))
    assert said == ["api is called gateway from now on, and its history goes along"]


def test_an_end_does_not_move_into_the_past(world: Renamed) -> None:
    world.live()
    world.adopt(world.settings(API.replace("since", "until: 2026-01-05, since")), RENAMED_AT)
    assert world.store.components()["api"].until == RENAMED_AT
    world.adopt(world.settings(API.replace("since", "until: 2026-01-07, since")), MARCH)
    assert world.store.components()["api"].until == RENAMED_AT
    world.adopt(world.settings(API), MARCH)
    assert world.store.components()["api"].until is None
