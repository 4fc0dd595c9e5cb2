from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from monitor.core.availability import Judgement
from monitor.core.books import Subject
from monitor.core.decision import CORRECTION_KIND, Decision, Request, RequestType
from monitor.core.model import Interval, Seconds
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.reader.bookkeeping import Bookkeeping
from monitor.reader.reader import Reader
from monitor.reader.uptime import UptimeReader
from monitor.reader.views import Books, Outlook, Stage, UptimeMonth, UptimeView
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from tests.settings.loading import loaded
from tests.storage.builders import DOWN, T0, UP, World, check, component, slots

HOUR, DAY = 3600, 86_400
SETTINGS = """\
page: {title: Test, zone: UTC, languages: [en, id]}
locations: [{name: here, label: Jakarta}, {name: there, public: false}]
components:
  - id: api
    name: Production API
    objective: 99.9%
    checks: [{kind: http, url: "https://api.example.com/"}, {kind: tls, host: api.example.com}]
  - id: free
    bridge: 0s
    checks: [{kind: tcp, host: free.example.com, port: 1, locations: [there], every: 10s}]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return loaded(tmp_path, SETTINGS).settings


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened, _ = Store.open(f"sqlite:///{tmp_path / 'janji.db'}")
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> World:
    """A component checked each hour: January has two hours down, February is up to its tenth day."""
    world = World(store)
    world.adopt(component(check(every=HOUR)))
    states = [UP] * (40 * 24)
    states[100] = states[300] = DOWN
    world.accept(*slots(*states, every=HOUR))
    world.step(40 * DAY)
    return world


NOW: Seconds = T0 + 40 * DAY


def months(view: UptimeView) -> tuple[UptimeMonth, ...]:
    return view.components[0].months


def test_months_come_newest_first_and_none_before_the_component_is_in_service(world: World, settings: Settings) -> None:
    view = UptimeReader(world.store, settings).uptime(NOW)
    assert [item.id for item in view.components] == ["api"]  # the other one has no facts yet
    assert [item.month for item in months(view)] == ["2026-02", "2026-01"]
    assert view.components[0].target == Fraction(999, 1000)


def test_at_most_twelve_months_are_listed(world: World, settings: Settings) -> None:
    view = UptimeReader(world.store, settings).uptime(T0 + 500 * DAY)
    assert [item.month for item in months(view)][::11] == ["2027-05", "2026-06"]


def test_a_month_that_is_over_is_provisional_and_judged(world: World, settings: Settings) -> None:
    january = months(UptimeReader(world.store, settings).uptime(NOW))[1]
    assert january.books == Books(Stage.PROVISIONAL)
    assert (january.verdict, january.outlook) == (Judgement.BREACHED, None)
    assert january.figure.down_seconds == 7200
    assert january.allowed == Fraction(31 * DAY, 1000)
    assert january.down == (
        Interval(T0 + 100 * HOUR, T0 + 101 * HOUR),
        Interval(T0 + 300 * HOUR, T0 + 301 * HOUR),
    )
    assert (january.outages, january.every) == (2, HOUR)
    assert (january.to_come_seconds, january.out_of_service_seconds) == (0, 0)


def test_the_running_month_has_an_outlook_and_no_verdict(world: World, settings: Settings) -> None:
    february = months(UptimeReader(world.store, settings).uptime(NOW))[0]
    assert february.books == Books(Stage.RUNNING)
    assert (february.verdict, february.outlook) == (None, Outlook.ON_TRACK)
    assert february.allowed == Fraction(28 * DAY, 1000)
    assert (february.figure.total_seconds, february.to_come_seconds) == (9 * DAY, 19 * DAY)


def test_a_month_that_is_over_is_made_once_until_its_spans_are_rewritten(world: World, settings: Settings) -> None:
    reader = UptimeReader(world.store, settings)
    first, second = reader.uptime(NOW), reader.uptime(NOW + 15)
    assert months(second)[1] is months(first)[1]
    assert months(second)[0] is not months(first)[0]
    world.accept(*slots(DOWN, start=100 * HOUR, every=HOUR))  # the same again: nothing changes
    world.step(40 * DAY + 30)
    assert months(reader.uptime(NOW + 30))[1] is months(first)[1]


def test_a_notice_makes_its_months_anew(world: World, settings: Settings) -> None:
    reader = UptimeReader(world.store, settings)
    before = months(reader.uptime(NOW))[1]
    start = T0 + 100 * HOUR
    event = NoticeEvent(T0, NoticeAction.ANNOUNCE, start, start + HOUR, ("api",), "Upgrade")
    number = world.store.notices.append("m1", event, actor="ana").no
    world.store.notices.publish([number], start - 8 * DAY)
    after = months(reader.uptime(NOW))[1]
    assert (before.figure.down_seconds, after.figure.down_seconds) == (7200, 3600)
    assert after.plain == before.figure
    [window] = after.windows
    assert (window.title, window.excluded) == ("Upgrade", Interval(start, start + HOUR))


def test_an_approved_correction_makes_its_months_anew(world: World, settings: Settings) -> None:
    reader = UptimeReader(world.store, settings)
    before = months(reader.uptime(NOW))[1]
    start, kind = T0 + 100 * HOUR, RequestType.CORRECTION
    wanted = Request("", kind, CORRECTION_KIND, "api", None, start, start + HOUR, "our proxy", "", NOW, "ana")
    asked = world.store.decisions.append(wanted)
    waiting = months(reader.uptime(NOW))[1]
    assert (waiting.figure, waiting.pending) == (before.figure, (Interval(start, start + HOUR),))
    world.store.decisions.decide(asked.id, Decision(True, "budi", NOW))
    after = months(reader.uptime(NOW))[1]
    assert (after.figure.down_seconds, after.figure.unknown_seconds) == (HOUR, HOUR)
    assert (after.pending, after.corrected) == ((), (Interval(start, start + HOUR),))


def test_a_closed_month_keeps_its_figure_and_says_when_a_revision_is_proposed(world: World, settings: Settings) -> None:
    reader, keeping = UptimeReader(world.store, settings), Bookkeeping(world.store, settings)
    assert [item.books.stage for item in months(reader.uptime(NOW))] == [Stage.RUNNING, Stage.PROVISIONAL]
    keeping.close(Subject.OBJECTIVE, "api", "2026-01", actor="ana", now=NOW, reason="", early=False)
    closed = months(reader.uptime(NOW))[1]
    assert (closed.books, closed.figure.down_seconds) == (Books(Stage.CLOSED, 0), 7200)
    start, kind = T0 + 100 * HOUR, RequestType.CORRECTION
    wanted = Request("", kind, CORRECTION_KIND, "api", None, start, start + HOUR, "our proxy", "", NOW, "ana")
    world.store.decisions.decide(world.store.decisions.append(wanted).id, Decision(True, "budi", NOW))
    proposed = months(reader.uptime(NOW))[1]
    assert (proposed.books, proposed.figure) == (Books(Stage.CLOSED, 0, proposed=True), closed.figure)
    keeping.revise(Subject.OBJECTIVE, "api", "2026-01", actor="ana", now=NOW, reason="our proxy was broken")
    revised = months(reader.uptime(NOW))[1]
    assert (revised.books, revised.figure.down_seconds) == (Books(Stage.CLOSED, 1), HOUR)


def test_evidence_is_given_for_listed_months_with_a_target_only(world: World, settings: Settings) -> None:
    reader = UptimeReader(world.store, settings)
    found = reader.evidence("api", "2026-01", NOW)
    assert found is not None
    assert found.account.figure == months(reader.uptime(NOW))[1].figure
    assert found.head == world.store.ledger()[-1]
    assert reader.evidence("api", "2025-12", NOW) is None  # not in service
    assert reader.evidence("api", "2026-03", NOW) is None  # not begun
    assert reader.evidence("other", "2026-01", NOW) is None
    untargeted = settings.components[0].model_copy(update={"objective": None})
    without = settings.model_copy(update={"components": (untargeted,)})
    assert UptimeReader(world.store, without).evidence("api", "2026-01", NOW) is None


def test_the_head_of_the_ledger_is_its_newest_entry(store: Store) -> None:
    assert store.ledger_head() is None
    World(store).adopt(component())
    World(store).adopt(component(bridge=0))
    assert len(store.ledger()) == 2
    assert store.ledger_head() == store.ledger()[-1]


def test_the_method_tells_the_settings_and_works_a_month_with_downtime_through(
    world: World, settings: Settings
) -> None:
    view = Reader(world.store, settings, lambda: NOW).method()
    api, free = view.components
    [checked] = api.checks
    assert (api.name, api.lesser, api.bridge) == ("Production API", 1, 600)
    assert (checked.every, checked.places, checked.locations, checked.mode) == (60, ("Jakarta",), 2, "majority")
    assert (free.bridge, free.checks[0].every, free.checks[0].places, free.checks[0].locations) == (0, 10, (), 1)
    assert view.example is not None
    assert (view.example.name, view.example.month.month) == ("Production API", "2026-01")
    head = world.store.ledger_head()
    assert head is not None
    assert view.ledger_head == head.digest


def test_other_settings_are_read_by_at_once(world: World, settings: Settings) -> None:
    reader = Reader(world.store, settings, lambda: NOW)
    assert reader.uptime().title == "Test"
    reader.use(settings.model_copy(update={"page": settings.page.model_copy(update={"title": "Other"})}))
    assert (reader.uptime().title, reader.method().title) == ("Other", "Other")


def test_before_any_fact_there_is_no_month_and_no_example(store: Store, settings: Settings) -> None:
    reader = Reader(store, settings, lambda: NOW)
    assert reader.uptime().components == ()
    assert (reader.method().example, reader.method().ledger_head) == (None, None)
