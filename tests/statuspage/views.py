"""Hand-made views, and a reader that holds one."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from monitor.core.availability import Figure
from monitor.core.calendar import parse_instant
from monitor.core.incident import Impact, Phase
from monitor.core.model import FailureKind, State
from monitor.core.notice import NoticeAction
from monitor.reader.detail import DetailView
from monitor.reader.incident_views import IncidentView, Said, UpdateView
from monitor.reader.incidents import IncidentsView
from monitor.reader.response_times import Period, ResponsePoint, ResponseTimesView
from monitor.reader.site import SiteView
from monitor.reader.views import (
    ComponentView,
    DayView,
    Evidence,
    MaintenanceView,
    MethodView,
    MonthView,
    OutageView,
    Outlook,
    PageView,
    Readiness,
    RecentDay,
    UptimeView,
)
from monitor.reader.window_views import CalendarView, NoticeView

NOW = parse_instant("2026-11-23T02:50:40Z")  # 09:50:40 WIB
TODAY = date(2026, 11, 23)
DAY = 86_400
SPARK = tuple(180 + wave for wave in (0, 3, -2, 5, 1, -4, 2, 6, -1, 0, 4, -3, 2, 1, 5, -2, 0, 3, 1, -1, 2, 4, 0, 2))


READY = Readiness(True, ())
PLAIN = SiteView("", "", "", ())


@dataclass
class FakeReader:
    """Holds a view until it is given another."""

    view: PageView
    number: int = 1
    readiness_now: Readiness = READY
    months: UptimeView | None = None
    rules: MethodView | None = None
    proofs: dict[tuple[str, str], Evidence] = field(default_factory=dict)
    windows: tuple[MaintenanceView, ...] | None = None
    told: tuple[IncidentView, ...] = ()
    look: SiteView = PLAIN
    pages_made: int = field(default=0, init=False)
    months_made: int = field(default=0, init=False)

    def page(self) -> PageView:
        self.pages_made += 1
        return self.view

    def site(self) -> SiteView:
        view = self.view
        return replace(self.look, title=view.title, url=view.url, zone=view.zone, languages=view.languages)

    def detail(self, component: str) -> DetailView | None:
        found = next((item for item in self.view.components if item.id == component), None)
        return None if found is None else a_detail(self.view, found)

    def calendar(self) -> CalendarView:
        view, windows = self.view, self.view.maintenance if self.windows is None else self.windows
        return CalendarView(view.title, view.url, view.zone, view.languages, view.now, windows)

    def incidents(self) -> IncidentsView:
        view, windows = self.view, self.calendar().windows
        told = tuple(sorted((*view.incidents, *self.told), key=lambda item: -item.started))
        return IncidentsView(view.title, view.url, view.zone, view.languages, view.now, told, windows)

    def uptime(self) -> UptimeView:
        self.months_made += 1
        return self.months or UptimeView(self.view.title, self.view.zone, self.view.languages, self.view.now, ())

    def method(self) -> MethodView:
        view = self.view
        return self.rules or MethodView(view.title, view.zone, view.languages, view.now, (), None, None)

    def evidence(self, component: str, month: str) -> Evidence | None:
        return self.proofs.get((component, month))

    def version(self) -> int:
        return self.number

    def readiness(self) -> Readiness:
        return self.readiness_now

    def become(self, view: PageView) -> None:
        self.view, self.number = view, self.number + 1


def instant(text: str) -> int:
    """`2026-11-23 09:12`, a wall time in Jakarta."""
    return parse_instant(text.replace(" ", "T") + ":00+07:00")


def a_day(
    day: date,
    *,
    down: int = 0,
    degraded: int = 0,
    unknown: int = 0,
    excluded: int = 0,
    maintenance: int = 0,
    total: int = DAY,
) -> DayView:
    measured = total - unknown - excluded
    return DayView(
        day=day,
        total_seconds=total,
        up_seconds=measured - down - degraded,
        degraded_seconds=degraded,
        down_seconds=down,
        unknown_seconds=unknown,
        excluded_seconds=excluded,
        maintenance_seconds=maintenance,
        availability=1 - Fraction(down, measured) if measured else None,
    )


def days_with(special: dict[int, dict[str, int]] | None = None, *, since: int = 90) -> tuple[DayView, ...]:
    """Ninety days, the last today; `special` by how many days ago; nothing before `since` days."""
    found = special or {}
    return tuple(
        a_day(TODAY - timedelta(days=back), **({"total": 0} if back >= since else found.get(back, {})))
        for back in reversed(range(90))
    )


def a_figure(*, total: int = 90 * DAY, down: int = 0, unknown: int = 0, degraded: int = 0) -> Figure:
    return Figure(
        window_start=NOW - total,
        window_end=NOW,
        total_seconds=total,
        excluded_seconds=0,
        unknown_seconds=unknown,
        up_seconds=total - down - unknown - degraded,
        degraded_seconds=degraded,
        down_seconds=down,
    )


def a_month(
    *,
    down: int = 0,
    target: str | None = "0.999",
    outlook: Outlook | None = Outlook.ON_TRACK,
    budget: str = "2592",
    total: int = 22 * DAY + 35_400,
) -> MonthView:
    judged = target is not None
    return MonthView(
        month="2026-11",
        figure=a_figure(total=total, down=down),
        target=Fraction(target) if target is not None else None,
        outlook=outlook if judged else None,
        used_seconds=Fraction(down) if judged else None,
        budget_seconds=Fraction(budget) if judged else None,
    )


def a_component(name: str = "Production API", **changes: object) -> ComponentView:
    component = ComponentView(
        id=name.lower().replace(" ", "-"),
        name=name,
        description="",
        group="",
        state=State.UP,
        since=instant("2026-09-01 00:00"),
        as_of=NOW - 10,
        reason=None,
        in_maintenance=False,
        trouble_at=(),
        days=days_with(),
        ninety=a_figure(),
        measured_days=90,
        month=a_month(),
        p95_ms=182,
        spark_ms=SPARK,
    )
    return replace(component, **changes)  # type: ignore[arg-type]


def a_page(*components: ComponentView, **changes: object) -> PageView:
    page = PageView(
        title="PWBI status",
        url="https://status.pwbi.co.id",
        zone="Asia/Jakarta",
        languages=("en", "id"),
        now=NOW,
        as_of=NOW - 10,
        checked_at=NOW - 3,
        stale=False,
        locations=("Jakarta", "Singapore", "Frankfurt"),
        components=components,
        outages=(),
        maintenance=(),
        days=quiet_days(),
        valid_until=NOW + 3600,
        windows=tuple(window.id for window in changes.get("maintenance", ())),  # type: ignore[attr-defined]
        told=tuple((item.id, item.started) for item in changes.get("incidents", ())),  # type: ignore[attr-defined]
    )
    return replace(page, **changes)  # type: ignore[arg-type]


def quiet_days(special: dict[int, RecentDay] | None = None) -> tuple[RecentDay, ...]:
    """Fourteen days, today first; `special` by how many days ago."""
    found = special or {}
    return tuple(found.get(back, RecentDay(TODAY - timedelta(days=back), (), ())) for back in range(14))


def an_outage(component: str, start: str, end: str | None, **changes: object) -> OutageView:
    until = instant(end) if end else NOW
    outage = OutageView(
        id=f"{component}-1",
        component=component,
        start=instant(start),
        end=instant(end) if end else None,
        down_seconds=until - instant(start),
        inferred_seconds=0,
        reason=FailureKind.TIMEOUT,
    )
    return replace(outage, **changes)  # type: ignore[arg-type]


def a_window(**changes: object) -> MaintenanceView:
    window = MaintenanceView(
        id="m1",
        title="Database version upgrade",
        description="",
        components=("Database", "Production API"),
        start=instant("2026-11-29 01:00"),
        end=instant("2026-11-29 03:00"),
        published_at=instant("2026-11-18 10:00"),
        ended_at=None,
        running=False,
        excluded=True,
        days_ahead=10,
        notices=(
            NoticeView(
                instant("2026-11-18 10:00"),
                NoticeAction.ANNOUNCE,
                instant("2026-11-29 01:00"),
                instant("2026-11-29 03:00"),
            ),
        ),
        component_ids=("database", "production-api"),
    )
    return replace(window, **changes)  # type: ignore[arg-type]


def a_detail(view: PageView, component: ComponentView) -> DetailView:
    """Of a component of the page: two outages, and a wave of response times with an hour missing."""
    return DetailView(
        title=view.title,
        url=view.url,
        zone=view.zone,
        languages=view.languages,
        now=view.now,
        component=component,
        outages=(
            an_outage(component.name, "2026-11-23 09:12", None),
            an_outage(component.name, "2026-11-11 14:03", "2026-11-11 14:52", inferred_seconds=300),
        ),
        more_outages=0,
        responses=(
            response_times(Period.DAY, "2026-11-22 10:00", 3600, 24),
            response_times(Period.WEEK, "2026-11-16 10:00", 3600, 168),
            response_times(Period.QUARTER, "2026-08-26 07:00", DAY, 90),
        ),
    )


def response_times(period: Period, start: str, step: int, count: int) -> ResponseTimesView:
    points = []
    for number in range(count):
        begin = instant(start) + number * step
        gone, p50 = number % 24 == 6 and count < 100, 150 + number % 24
        points.append(
            ResponsePoint(begin, begin + step)
            if gone
            else ResponsePoint(begin, begin + step, 60, p50, p50 + 30 + number % 5 * 18, 400)
        )
    return ResponseTimesView("any", period, tuple(points))


def all_up() -> PageView:
    return a_page(*map(a_component, ("Production API", "Web dashboard", "Database")))


def one_slow() -> PageView:
    """The view of the design: one slow, a month lost, a window planned, ten days not measured."""
    api = a_component(
        "Production API",
        description="api.pwbi.co.id",
        days=days_with({56: {"maintenance": 7200, "excluded": 7200}, 28: {"down": 60}}),
        ninety=a_figure(down=1205),
        month=a_month(down=60),
    )
    web = a_component(
        "Web dashboard",
        description="app.pwbi.co.id",
        state=State.DEGRADED,
        since=instant("2026-11-23 09:12"),
        reason=FailureKind.SLOW,
        days=days_with(
            {
                77: {"down": 21_600},
                76: {"down": 80_000},
                56: {"maintenance": 14_000, "excluded": 14_000},
                31: {"down": 500},
                0: {"degraded": 2_280, "total": 35_400},
            }
        ),
        ninety=a_figure(down=10_024),
        month=a_month(down=2280, target="0.995", budget="12960"),
        p95_ms=4123,
        spark_ms=tuple(value * 20 if value else None for value in SPARK),
    )
    database = a_component(
        "Database",
        description="Primary, Jakarta",
        days=days_with({56: {"maintenance": 7200, "excluded": 7200}, 12: {"down": 2_940}}, since=81),
        ninety=a_figure(total=81 * DAY, down=4052),
        measured_days=81,
        month=a_month(down=2940, outlook=Outlook.LOST),
        p95_ms=6,
        spark_ms=(6,) * 16 + (31,) + (6,) * 7,
    )
    outage = an_outage("database", "2026-11-11 14:03", "2026-11-11 14:52")
    return a_page(
        api,
        web,
        database,
        maintenance=(a_window(),),
        days=quiet_days({12: RecentDay(date(2026, 11, 11), (outage,), ())}),
    )


def one_down() -> PageView:
    since = instant("2026-11-23 09:12")
    web = a_component("Web dashboard", state=State.DOWN, since=since, reason=FailureKind.TIMEOUT)
    outage = an_outage(web.id, "2026-11-23 09:12", None)
    api = a_component("Production API", trouble_at=("Singapore",))
    days = quiet_days({0: RecentDay(TODAY, (outage,), ())})
    return a_page(api, web, a_component("Database"), outages=(outage,), days=days)


def several_down(count: int, total: int = 12) -> PageView:
    return a_page(
        *(a_component(f"Service {chr(65 + n)}", state=State.DOWN if n < count else State.UP) for n in range(total))
    )


def under_maintenance() -> PageView:
    window = a_window(
        start=instant("2026-11-23 09:00"), end=instant("2026-11-23 11:00"), running=True, components=("Database",)
    )
    return a_page(a_component("Production API"), a_component("Database", in_maintenance=True), maintenance=(window,))


def unmeasured() -> PageView:
    database = a_component("Database", state=State.UNKNOWN, reason=FailureKind.AUTH_REFUSED, p95_ms=None)
    return a_page(a_component("Production API"), database)


def at_the_start() -> PageView:
    nothing = a_component(
        "Production API",
        state=State.UNKNOWN,
        since=None,
        as_of=None,
        days=days_with(since=0),
        ninety=a_figure(total=0),
        measured_days=0,
        month=a_month(total=0),
        p95_ms=None,
        spark_ms=(None,) * 24,
    )
    return a_page(nothing, as_of=None, checked_at=None)


def fifty() -> PageView:
    return a_page(*(a_component(f"Service {n:02}", group=f"Group {n // 10}") for n in range(50)))


def an_update(number: int, at: str, phase: Phase, text: str, **changes: object) -> UpdateView:
    when, html = instant(at), {"en": f"<p>{text}</p>\n", "id": f"<p>{text}</p>\n"}
    update = UpdateView(number, when, when, None, phase, Said(html, {"en": text, "id": text}), ())
    return replace(update, **changes)  # type: ignore[arg-type]


def an_incident(**changes: object) -> IncidentView:
    """The one of the design: slow pages since 09:12, their cause found at 09:41."""
    incident = IncidentView(
        id="a2b3c4",
        title={"en": "Slow page loads on the web dashboard", "id": "Dasbor web lambat"},
        severity=2,
        impact=Impact.DEGRADED,
        phase=Phase.IDENTIFIED,
        components=("Web dashboard",),
        impacts=(("Web dashboard", Impact.DEGRADED),),
        started=instant("2026-11-23 09:12"),
        published_at=instant("2026-11-23 09:15"),
        changed_at=instant("2026-11-23 09:41"),
        resolved=None,
        next_update=instant("2026-11-23 10:15"),
        updates=(
            an_update(2, "2026-11-23 09:41", Phase.IDENTIFIED, "A report query is holding connections."),
            an_update(1, "2026-11-23 09:15", Phase.INVESTIGATING, "Pages take up to 8 seconds to load."),
        ),
        postmortem=None,
        measured=(),
        measured_seconds=0,
        moved="",
        component_ids=("web-dashboard",),
    )
    return replace(incident, **changes)  # type: ignore[arg-type]
