"""From stored facts to accounts, on a real SQLite file; times are WIB in 2026."""

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from monitor.core.alert import Plan
from monitor.core.books import Subject
from monitor.core.model import Interval, Result, Seconds, State, digest
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.hub.wanted import wanted_components
from monitor.reader.accounts import Accounts
from monitor.reader.bookkeeping import Bookkeeping
from monitor.reader.effects import capped
from monitor.reports.explanation import document, explain
from monitor.reports.notice_words import beyond_cap
from monitor.reports.prose import lines
from monitor.reports.statement import statement
from monitor.reports.witnesses import unasked
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.judging import Judge
from monitor.storage.store import Store
from tests.reports.world import JAKARTA, wib

CHECK = 'checks: [{kind: http, url: "http://10.1.2.3/", every: 5m}]'
API = f"{{id: api, objective: 99.9%, since: 2026-01-01, {CHECK}}}"
WEB = f"{{id: web, since: 2026-01-01, {CHECK}}}"
ACME = "{id: acme, customer: Acme, components: [api], target: 99.5%}"


class World:
    """A store that takes over settings and results at moments of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.store, _ = Store.open(f"sqlite:///{folder / 'janji.db'}")

    def settings(self, *components: str, agreements: str = "") -> Settings:
        file = self._folder / "janji.yaml"
        file.write_text(
            f"page: {{zone: Asia/Jakarta}}\ncomponents: [{', '.join(components)}]\nagreements: [{agreements}]\n"
        )
        return load(file, secrets=lambda name: False).settings

    def adopt(self, settings: Settings, at: Seconds) -> None:
        self.store.adopt(settings.digest, settings.document, wanted_components(settings), now=at, actor="test")

    def seen(self, settings: Settings, start: Seconds, end: Seconds, outcome: State = State.UP) -> None:
        for component in settings.components:
            definition = digest(component.checks[0].definition())
            self.store.accept(
                [
                    Result(component.id, "http", "local", slot, slot * 1000, outcome, definition)
                    for slot in range(start, end, 300)
                ]
            )

    def announce(self, name: str, at: str, start: str, end: str) -> None:
        event = NoticeEvent(wib(at), NoticeAction.ANNOUNCE, wib(start), wib(end), ("api",), name)
        self.store.notices.publish([self.store.notices.append(name, event, actor="test").no], wib(at))

    def judge(self, now: Seconds) -> None:
        self.store.judge(Judge(Plan()), now)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.store.close()


def test_a_component_that_left_the_settings_is_unknown_to_the_months_end(world: World) -> None:
    both, one = world.settings(API, WEB), world.settings(API)
    world.adopt(both, wib("01 Jan 00:00") - 1)
    world.seen(both, wib("01 Jan 00:00"), wib("02 Jan 00:00"))
    world.judge(wib("02 Jan 00:00"))
    world.adopt(one, wib("02 Jan 00:00"))
    accounts = Accounts(world.store, one)
    account = accounts.month("web", "2026-01", JAKARTA, wib("05 Feb 00:00"))
    assert account.final
    assert (account.figure.up_seconds, account.figure.unknown_seconds) == (86_400, 30 * 86_400)
    assert accounts.components("2026-01", JAKARTA) == ["api", "web"]
    assert accounts.components("2026-02", JAKARTA) == ["api"]


def test_a_component_whose_service_ended_has_a_final_month(world: World) -> None:
    settings = world.settings(API.replace("since: 2026-01-01", "since: 2026-01-01, until: 2026-01-11"))
    world.adopt(settings, wib("01 Jan 00:00") - 1)
    world.seen(settings, wib("01 Jan 00:00"), wib("11 Jan 00:00"))
    world.judge(wib("11 Jan 00:00"))
    account = Accounts(world.store, settings).month("api", "2026-01", JAKARTA, wib("01 Feb 00:00"))
    assert account.final
    assert (account.figure.total_seconds, account.figure.up_seconds) == (864_000, 864_000)


def test_maintenance_taken_back_before_it_was_published_counts_for_nothing(world: World) -> None:
    settings = world.settings(API)
    world.adopt(settings, wib("01 Jan 00:00") - 1)
    start, end = wib("20 Jan 01:00"), wib("20 Jan 02:00")
    announce = NoticeEvent(wib("02 Jan 00:00"), NoticeAction.ANNOUNCE, start, end, ("api",), "Upgrade")
    world.store.notices.append("m1", announce, actor="test")
    world.store.notices.append("m1", NoticeEvent(wib("03 Jan 00:00"), NoticeAction.CANCEL), actor="test")
    account = Accounts(world.store, settings).month("api", "2026-01", JAKARTA, wib("04 Jan 00:00"))
    assert account.windows == ()


def test_maintenance_that_waits_to_be_published_does_not_count_yet(world: World) -> None:
    settings = world.settings(API)
    world.adopt(settings, wib("01 Jan 00:00") - 1)
    start, end = wib("20 Jan 01:00"), wib("20 Jan 02:00")
    event = NoticeEvent(wib("02 Jan 00:00"), NoticeAction.ANNOUNCE, start, end, ("api",), "Upgrade")
    world.store.notices.append("m1", event, actor="test")
    account = Accounts(world.store, settings).month("api", "2026-01", JAKARTA, wib("04 Jan 00:00"))
    assert account.windows == ()


def test_the_resolution_is_the_longest_slot_in_force_in_the_month(world: World) -> None:
    slow, fast = world.settings(API), world.settings(API.replace("5m", "10s"))
    world.adopt(slow, wib("01 Jan 00:00") - 1)
    world.adopt(fast, wib("15 Jan 00:00"))
    accounts = Accounts(world.store, fast)
    assert accounts.month("api", "2026-01", JAKARTA, wib("16 Jan 00:00")).every == 300
    assert accounts.month("api", "2026-02", JAKARTA, wib("16 Feb 00:00")).every == 10


def test_an_agreements_month_keeps_the_terms_that_were_loaded_at_its_first_instant(world: World) -> None:
    old = world.settings(API, agreements=ACME)
    new = world.settings(API, agreements=ACME.replace("99.5%", "99.9%"))
    world.adopt(old, wib("10 Jan 00:00"))
    world.adopt(new, wib("15 Feb 00:00"))
    accounts = Accounts(world.store, new)
    now = wib("05 Mar 00:00")
    # January: the first ever loaded; February: edited in it, which takes effect in March.
    targets = [accounts.agreement("acme", month, now).target for month in ("2026-01", "2026-02", "2026-03")]
    assert targets == [Fraction("0.995"), Fraction("0.995"), Fraction("0.999")]


def test_a_month_keeps_the_objective_that_was_loaded_at_its_first_instant(world: World) -> None:
    none, old, new = (
        world.settings(API.replace("99.9%", text) if text else API.replace(" objective: 99.9%,", ""))
        for text in ("", "99.5%", "99.99%")
    )
    world.adopt(none, wib("05 Jan 00:00"))
    world.adopt(old, wib("10 Jan 00:00"))
    world.adopt(new, wib("15 Feb 00:00"))
    accounts, now = Accounts(world.store, new), wib("05 Mar 00:00")
    # January: the first it was ever given; February: edited in it, which takes effect in March.
    targets = [accounts.month("api", month, JAKARTA, now).target for month in ("2026-01", "2026-02", "2026-03")]
    assert targets == [Fraction("0.995"), Fraction("0.995"), Fraction("0.9999")]


def test_an_objective_that_is_taken_out_judges_its_month_to_the_end(world: World) -> None:
    with_one, without = world.settings(API), world.settings(API.replace(" objective: 99.9%,", ""))
    world.adopt(with_one, wib("01 Jan 00:00") - 1)
    world.adopt(without, wib("10 Jan 00:00"))
    accounts = Accounts(world.store, without)
    now = wib("05 Mar 00:00")
    assert accounts.month("api", "2026-01", JAKARTA, now).target == Fraction("0.999")
    assert accounts.month("api", "2026-02", JAKARTA, now).target is None
    books = Bookkeeping(world.store, without)
    assert (Subject.OBJECTIVE, "api") in books.subjects("2026-01")
    assert (Subject.OBJECTIVE, "api") not in books.subjects("2026-02")


def test_a_component_that_left_is_judged_by_the_objective_it_had(world: World) -> None:
    both, one = world.settings(API, WEB), world.settings(WEB)
    world.adopt(both, wib("01 Jan 00:00") - 1)
    world.adopt(one, wib("10 Jan 00:00"))
    account = Accounts(world.store, one).month("api", "2026-01", JAKARTA, wib("05 Feb 00:00"))
    assert account.target == Fraction("0.999")


def test_the_weight_and_the_least_outage_of_an_agreement_reach_its_figure(world: World) -> None:
    agreement = ACME.replace("target", "degraded_weight: 0.3, min_outage: 6m, target")
    settings = world.settings(API, agreements=agreement)
    start = wib("01 Jan 00:00")
    world.adopt(settings, start - 1)
    # Down for 5 minutes before and 5 minutes after midnight of 1 February, which makes 10; and 5 alone on 2 January.
    edge = wib("01 Feb 00:00")
    for state, first, last in [
        (State.UP, start, wib("02 Jan 00:00")),
        (State.DOWN, wib("02 Jan 00:00"), wib("02 Jan 00:05")),
        (State.DEGRADED, wib("02 Jan 00:05"), wib("02 Jan 01:05")),
        (State.UP, wib("02 Jan 01:05"), edge - 300),
        (State.DOWN, edge - 300, edge + 300),
        (State.UP, edge + 300, edge + 3600),
    ]:
        world.seen(settings, first, last, state)
    world.judge(edge + 3600)
    accounts = Accounts(world.store, settings)
    account = accounts.agreement("acme", "2026-01", edge + 3600)
    assert (account.figure.down_seconds, account.figure.degraded_seconds) == (300, 3600)
    assert account.figure.downtime_equivalent == 300 + 1080
    assert accounts.agreement("acme", "2026-02", edge + 3600).figure.down_seconds == 300
    # The objective knows neither.
    assert accounts.month("api", "2026-01", JAKARTA, edge + 3600).figure.downtime_equivalent == 600


def test_maintenance_beyond_the_months_cap_counts_and_is_named_where_it_is_announced(world: World) -> None:
    capped_agreement = ACME.replace("target", "maintenance_cap: 90m, target")
    settings = world.settings(API, agreements=capped_agreement)
    world.adopt(settings, wib("01 Jan 00:00") - 1)
    world.announce("m1", "02 Jan 00:00", "10 Jan 01:00", "10 Jan 02:00")
    accounts, now = Accounts(world.store, settings), wib("03 Jan 00:00")
    second = [NoticeEvent(now, NoticeAction.ANNOUNCE, wib("20 Jan 00:00"), wib("20 Jan 02:00"), ("api",), "More")]
    # 60 of the 90 minutes are taken: of the second's 120 the first 30 are excluded.
    (found,) = capped(accounts, settings, "m2", second, now)
    assert (found.agreement, found.month, found.announced, found.counts) == ("acme", "2026-01", 7200, 5400)
    assert list(beyond_cap([found])) == [
        "Agreement acme, 2026-01: 1 h 30 min of its 2 h will count, though announced in time: "
        "at most 1 h 30 min of maintenance are excluded in a month."
    ]
    # One that comes earlier leaves less to m1, and is itself within the cap.
    earlier = [NoticeEvent(now, NoticeAction.ANNOUNCE, wib("10 Jan 00:00"), wib("10 Jan 01:30"), ("api",), "Other")]
    assert list(capped(accounts, settings, "m3", earlier, now)) == []
    world.announce("m2", "03 Jan 00:00", "20 Jan 00:00", "20 Jan 02:00")
    world.seen(settings, wib("01 Jan 00:00"), wib("01 Feb 00:00"), State.DOWN)
    world.judge(wib("01 Feb 00:10"))
    account = Accounts(world.store, settings).agreement("acme", "2026-01", wib("01 Feb 00:10"))
    assert account.figure.excluded_seconds == 5400
    assert [account.accepted(window) for window in account.windows] == [
        Interval(wib("10 Jan 01:00"), wib("10 Jan 02:00")),
        Interval(wib("20 Jan 00:00"), wib("20 Jan 00:30")),
    ]
    said = "\n".join(lines(explain(account, unasked)))
    assert "Planned maintenance: 5,400 s excluded, of at most 5,400 s a month; 5,400 s lie beyond that" in said
    assert "excluded 20 Jan 00:00–00:30; 20 Jan 00:30–02:00 (1 h 30 min) counted, announced in time but beyond" in said
    pages = PdfReader(BytesIO(statement(account, None, issuer="PWBI"))).pages
    told = " ".join(" ".join(page.extract_text().split()) for page in pages)
    assert "1 h 30 min beyond the 1 h 30 min that a month excludes: counted" in told
    opened = document(explain(account, unasked))
    assert (opened["maintenance_seconds"], opened["beyond_cap_seconds"]) == (5400, 5400)
    # The objective knows no cap.
    own = Accounts(world.store, settings).month("api", "2026-01", JAKARTA, wib("01 Feb 00:10"))
    assert own.figure.excluded_seconds == 10_800


def test_terms_stated_ahead_hold_from_their_month_on(world: World) -> None:
    ahead = ACME.replace("99.5%", "99.5%, terms: [{from: 2026-03, target: 99.9%}, {from: 2026-04, notice: 9d}]")
    settings = world.settings(API, WEB, agreements=ahead)
    world.adopt(settings, wib("10 Jan 00:00"))
    accounts, now = Accounts(world.store, settings), wib("05 Apr 00:00")
    months = [accounts.agreement("acme", month, now) for month in ("2026-01", "2026-02", "2026-03", "2026-04")]
    assert [month.target for month in months] == [Fraction(t) for t in ("0.995", "0.995", "0.999", "0.999")]
    assert [month.notice for month in months] == [604_800, 604_800, 604_800, 777_600]
    document = accounts.terms_document(months[3])
    assert (document["settings"]["target"], document["settings"]["notice"], document["settings"]["terms"]) == (
        "99.9%",
        "9d",
        [],
    )


def test_an_entry_for_a_month_that_runs_already_takes_effect_with_the_next(world: World) -> None:
    old = world.settings(API, agreements=ACME)
    world.adopt(old, wib("01 Jan 00:00") - 1)
    new = world.settings(API, agreements=ACME.replace("99.5%", "99.5%, terms: [{from: 2026-01, target: 99.9%}]"))
    world.adopt(new, wib("15 Feb 00:00"))
    accounts, now = Accounts(world.store, new), wib("05 Mar 00:00")
    targets = [accounts.agreement("acme", month, now).target for month in ("2026-01", "2026-02", "2026-03")]
    assert targets == [Fraction("0.995"), Fraction("0.995"), Fraction("0.999")]


def test_terms_that_were_taken_back_before_their_month_never_held(world: World) -> None:
    ahead = world.settings(API, agreements=ACME.replace("99.5%", "99.5%, terms: [{from: 2026-03, target: 99.9%}]"))
    plain = world.settings(API, agreements=ACME)
    world.adopt(ahead, wib("01 Jan 00:00") - 1)
    world.adopt(plain, wib("15 Feb 00:00"))
    assert Accounts(world.store, plain).agreement("acme", "2026-03", wib("05 Mar 00:00")).target == Fraction("0.995")


def test_components_may_change_with_a_month(world: World) -> None:
    ahead = ACME.replace("99.5%", "99.5%, terms: [{from: 2026-02, components: [api, web]}]")
    settings = world.settings(API, WEB, agreements=ahead)
    world.adopt(settings, wib("01 Jan 00:00") - 1)
    accounts, now = Accounts(world.store, settings), wib("05 Mar 00:00")
    parts = [[part.component for part in accounts.agreement("acme", m, now).parts] for m in ("2026-01", "2026-02")]
    assert parts == [["api"], ["api", "web"]]


def test_a_moved_end_holds_at_once_and_other_edits_do_not(world: World) -> None:
    ends = ACME.replace("target", "until: 2026-04-01, target")
    sooner = ends.replace("04-01", "02-15").replace("99.5%", "99.9%")
    old, new = (world.settings(API, agreements=item) for item in (ends, sooner))
    world.adopt(old, wib("01 Jan 00:00") - 1)
    world.adopt(new, wib("10 Feb 00:00"))
    accounts = Accounts(world.store, new)
    account = accounts.agreement("acme", "2026-02", wib("05 Mar 00:00"))
    assert (account.target, account.parts[0].until) == (Fraction("0.995"), wib("15 Feb 00:00"))
    assert accounts.agreements("2026-03") == []


def test_an_agreement_holds_from_its_first_to_before_its_last_day_in_its_own_zone(world: World) -> None:
    dated = ACME.replace("target", "zone: UTC, since: 2026-01-11, until: 2026-01-21, target")
    settings = world.settings(API, agreements=dated)
    world.adopt(settings, wib("01 Jan 00:00") - 1)
    world.seen(settings, wib("01 Jan 00:00"), wib("25 Jan 00:00"))
    world.judge(wib("25 Jan 00:00"))
    accounts = Accounts(world.store, settings)
    account = accounts.agreement("acme", "2026-01", wib("25 Jan 00:00"))
    assert account.scope.start == wib("11 Jan 07:00")
    assert account.figure.total_seconds == 864_000
    assert accounts.agreements("2026-02") == []
