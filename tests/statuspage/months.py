"""Hand-made months, from spans on; wall times are in Jakarta."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from monitor.core.account import Account, Part, Window
from monitor.core.calendar import month_bounds
from monitor.core.decision import CORRECTION_KIND, Case, Decision, Request, RequestType
from monitor.core.exclusion import MAINTENANCE
from monitor.core.model import Span, State
from monitor.core.notice import Notice
from monitor.reader.uptime import month_view
from monitor.reader.views import (
    Books,
    CheckedView,
    Evidence,
    Example,
    MeasuredView,
    MethodView,
    Stage,
    UptimeComponent,
    UptimeMonth,
    UptimeView,
)
from tests.statuspage.views import NOW, FakeReader, instant, one_slow

JAKARTA = ZoneInfo("Asia/Jakarta")
HEAD = "3f1c9d0be27a45c8a6d9e0f71b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e"

Period = tuple[str, str]


def a_window(start: str, end: str, announced: str, *, eligible: bool = True, title: str = "Upgrade") -> Window:
    return Window("m1", title, Notice(instant(start), instant(end), instant(announced), eligible), "api")


def a_case(start: str, end: str, *, approved: bool = False) -> Case:
    """A correction; its reason and its people are nobody else's business."""
    period = (instant(start), instant(end))
    request = Request(
        "c1", RequestType.CORRECTION, CORRECTION_KIND, "api", None, *period, "secret", "", period[1], "ana"
    )
    return Case(request, Decision(True, "budi", period[1] + 60) if approved else None)


def an_account(
    month: str,
    *,
    down: Sequence[Period] = (),
    degraded: Sequence[Period] = (),
    inferred: Sequence[Period] = (),
    unknown: Sequence[Period] = (),
    windows: Sequence[Window] = (),
    cases: Sequence[Case] = (),
    target: str | None = "0.999",
    since: str | None = None,
    as_of: int = NOW,
    every: int = 60,
) -> Account:
    """Up wherever nothing else is said."""
    bounds = month_bounds(month, JAKARTA)
    special = sorted(
        (
            Span(state, instant(start), instant(end), inferred=bridged)
            for state, bridged, periods in (
                (State.DOWN, False, down),
                (State.DOWN, True, inferred),
                (State.DEGRADED, False, degraded),
                (State.UNKNOWN, False, unknown),
            )
            for start, end in periods
        ),
        key=lambda span: span.start,
    )
    begin = bounds.start if since is None else instant(since)
    spans, at = [], begin
    for span in special:
        if at < span.start:
            spans.append(Span(State.UP, at, span.start))
        spans.append(span)
        at = span.end
    if at < min(bounds.end, as_of):
        spans.append(Span(State.UP, at, min(bounds.end, as_of)))
    return Account(
        id="api",
        name="Production API",
        agreement=False,
        zone="Asia/Jakarta",
        label=month,
        month=bounds,
        as_of=as_of,
        target=None if target is None else Fraction(target),
        parts=(Part("api", "Production API", tuple(spans), tuple(windows), begin, None, every).deciding(cases),),
        excludes=frozenset({MAINTENANCE}),
    )


def a_month(month: str, books: Books | None = None, **changes: object) -> UptimeMonth:
    return month_view(an_account(month, **changes), books, NOW)  # type: ignore[arg-type]


CLOSED = Books(Stage.CLOSED)

SEPTEMBER = an_account(
    "2026-09", down=[("2026-09-09 14:02", "2026-09-09 14:41"), ("2026-09-21 03:10", "2026-09-21 03:31")]
)


def designed() -> UptimeView:
    """The view of the design."""
    november = a_month(
        "2026-11",
        down=[("2026-11-04 11:20", "2026-11-04 11:21")],
        windows=[a_window("2026-11-15 01:00", "2026-11-15 03:00", "2026-11-05 10:00")],
    )
    months = (
        november,
        a_month("2026-10", down=[("2026-10-12 06:00", "2026-10-12 06:20")]),
        month_view(SEPTEMBER, CLOSED, NOW),
        a_month("2026-08", CLOSED, windows=[a_window("2026-08-16 01:00", "2026-08-16 03:00", "2026-08-01 10:00")]),
        a_month(
            "2026-07",
            Books(Stage.CLOSED, 2),
            down=[("2026-07-08 20:00", "2026-07-08 20:05")],
            unknown=[("2026-07-30 02:00", "2026-07-30 02:06")],
        ),
    )
    return of(months)


def of(months: tuple[UptimeMonth, ...], target: str | None = "0.999") -> UptimeView:
    share = None if target is None else Fraction(target)
    component = UptimeComponent("api", "Production API", share, months)
    return UptimeView("PWBI status", "Asia/Jakarta", ("en", "id"), NOW, (component,))


def varied() -> UptimeView:
    """Everything a month can hold, a component without a target, and one that has only just come."""
    held = a_month(
        "2026-10",
        down=[("2026-10-12 06:00", "2026-10-12 06:20"), ("2026-10-18 01:30", "2026-10-18 02:00")],
        inferred=[("2026-10-12 06:20", "2026-10-12 06:25")],
        degraded=[("2026-10-20 10:00", "2026-10-20 11:00")],
        unknown=[("2026-10-25 10:00", "2026-10-25 10:30")],
        cases=[a_case("2026-10-12 06:05", "2026-10-12 06:10", approved=True)],
        windows=[
            a_window("2026-10-18 01:00", "2026-10-18 03:00", "2026-10-01 10:00"),
            a_window("2026-10-22 01:00", "2026-10-22 03:00", "2026-10-20 10:00", eligible=False, title="Hurry"),
        ],
    )
    at_risk = a_month("2026-11", down=[("2026-11-04 11:00", "2026-11-04 11:40")])
    dark = a_month("2026-09", unknown=[("2026-09-01 00:00", "2026-10-01 00:00")])
    lost = a_month("2026-11", down=[(f"2026-11-{day:02} 11:00", f"2026-11-{day:02} 11:40") for day in range(1, 23)])
    first = of((at_risk, held, dark)).components[0]
    free = replace(first, id="web", name="Web dashboard", target=None, months=(a_month("2026-11", target=None),))
    new = replace(first, id="new", name="New service", months=())
    worse = replace(first, id="database", name="Database", months=(lost,))
    return replace(designed(), components=(first, free, worse, new))


def rules(months: UptimeView | None = None) -> MethodView:
    checked = CheckedView(60, ("Jakarta", "Singapore", "Frankfurt"), 3, "majority")
    example = (months or designed()).components[0]
    return MethodView(
        title="PWBI status",
        zone="Asia/Jakarta",
        languages=("en", "id"),
        now=NOW,
        components=(
            MeasuredView("Production API", (checked,), 1, 600),
            MeasuredView("Web dashboard", (CheckedView(10, ("Jakarta",), 2, "any"),), 0, 600),
            MeasuredView("Database", (CheckedView(10, (), 1, "majority"),), 0, 0),
        ),
        example=Example(example.name, example.months[2]),
        ledger_head=HEAD,
    )


def a_reader() -> FakeReader:
    """The design's views, with the evidence of September."""
    view = one_slow()
    components = (replace(view.components[0], id="api"), *view.components[1:])
    proofs = {("api", "2026-09"): Evidence(SEPTEMBER, None)}
    return FakeReader(replace(view, components=components), months=designed(), rules=rules(), proofs=proofs)
