"""Vendor reports: entered, listed and shown; the same steps as `janji reported`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic import model_validator as model_checked

from monitor.api.bodies import Instant, Link, Prose, Said, Sent
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Mistake
from monitor.api.queries import Query
from monitor.api.reading import mistaken
from monitor.api.records import EffectOn
from monitor.api.vendor_answers import VendorReported
from monitor.core.calendar import month_bounds
from monitor.core.model import Interval, State
from monitor.core.vendor import VendorOutage, VendorReport, mistakes
from monitor.reader import asking
from monitor.reader.asking import NotThere
from monitor.reader.reporting import check_component, report_effects, superseded
from monitor.reports import case_words
from monitor.reports import vendor_words as words
from monitor.settings.wording import near
from monitor.storage.store import Store


class ReportedOutage(Sent):
    """A stretch that was not up."""

    start: Instant
    end: Instant
    state: Literal["down", "degraded"] = "down"
    note: Said = ""


class NewVendorReport(Sent):
    """What a vendor reported of a component that is not probed; all of the period beside its outages was up."""

    component: str
    month: str | None = Field(None, description="A whole month in the page's zone, 2026-11; or start and end.")
    start: Instant | None = None
    end: Instant | None = None
    outages: Annotated[tuple[ReportedOutage, ...], Field(max_length=500, description="[] where there was none.")]
    source: Prose
    evidence: Link | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "component": "powerbi",
                    "month": "2026-11",
                    "outages": [
                        {"start": "2026-11-03T03:00:00Z", "end": "2026-11-03T03:45:00Z", "note": "Region West"}
                    ],
                    "source": "Service health of the admin centre",
                    "evidence": "https://vendor.example/history/2026-11",
                }
            ]
        }
    )

    @model_checked(mode="after")
    def _names_a_period(self) -> "NewVendorReport":
        ends = (self.start is not None, self.end is not None)
        if ends != ((False, False) if self.month is not None else (True, True)):
            raise ValueError("name the period: month, or both start and end")
        return self


class EnteredReport(VendorReported):
    """With what it changed."""

    effects: list[EffectOn]
    says: list[str]


class OfComponent(Query):
    """Of the list of vendor reports."""

    component: str | None = Field(None, description="Of this component only.")


def _all(desk: Desk, call: Call) -> Answer:
    component = call.asked(OfComponent).component
    if component is not None:
        _check(desk, component, "?component")
    found = desk.store.vendor_reports.all()
    return Answer([words.document(item) for item in found if component in (None, item.component)])


def _one(desk: Desk, call: Call) -> Answer:
    found = {item.id: item for item in desk.store.vendor_reports.all()}
    id_ = call.path["id"]
    if id_ not in found:
        raise NotThere(f"there is no vendor report {id_}; {near(id_, list(found))}")
    return Answer(words.document(found[id_]))


def _enter(desk: Desk, call: Call) -> Change:
    report = _wanted(desk, call)
    found = report_effects(desk.facts, desk.accounts, desk.settings, report)
    says = [
        *words.supersedes(superseded(desk.facts, report), report),
        *case_words.lines(found, "This changes"),
        *words.effects(found),
    ]

    def write(store: Store) -> tuple[VendorReport, bool]:
        there = store.vendor_reports.by_component().get(report.component, [])
        if there and replace(there[-1], id="", entered_at=report.entered_at) == report:
            return there[-1], True
        return store.vendor_reports.append(report), False

    def then(written: tuple[VendorReport, bool]) -> Answer:
        stored, again = written
        effects = case_words.effects_document(found)
        said = [*says, words.done(stored, desk.zone)]
        document = {**words.document(stored), "effects": effects, "says": said}
        return Answer(document, location=f"/reported/{stored.id}", again=again)

    return Change(write, then)


def _wanted(desk: Desk, call: Call) -> VendorReport:
    """The report as sent. Raises Problem with everything that is wrong."""
    body = call.said(NewVendorReport)
    _check(desk, body.component, "#/component")
    period = _period(desk, body)
    report = VendorReport(
        id="",
        component=body.component,
        start=period.start,
        end=period.end,
        outages=tuple(VendorOutage(item.start, item.end, State(item.state), item.note) for item in body.outages),
        source=body.source,
        evidence=body.evidence or "",
        entered_at=desk.now,
        entered_by=call.actor,
    )
    if wrong := list(_mistakes(report, "#/end" if body.month is None else "#/month")):
        raise mistaken(wrong)
    return report


def _check(desk: Desk, component: str, pointer: str) -> None:
    """Raises Problem at its place for a component that is not there, or that is probed."""
    try:
        check_component(desk.settings, component)
    except NotThere as error:
        raise mistaken([Mistake(pointer=pointer, detail=str(error))]) from None


def _period(desk: Desk, body: NewVendorReport) -> Interval:
    if body.start is not None and body.end is not None:
        return Interval(body.start, body.end)
    try:
        return month_bounds(asking.month(body.month, desk.zone, desk.now), desk.zone)
    except NotThere as error:
        raise mistaken([Mistake(pointer="#/month", detail=str(error))]) from None


def _mistakes(report: VendorReport, period: str) -> Iterator[Mistake]:
    for place, text in mistakes(report):
        yield Mistake(pointer=period if place is None else f"#/outages/{place}", detail=text)


OPERATIONS = (
    Operation(
        "GET",
        "/reported",
        "vendor_reports",
        "read",
        "Every vendor report in the order entered; where two cover the same time, the later counts",
        VendorReported,
        _all,
        many=True,
        query=OfComponent,
    ),
    Operation(
        "POST",
        "/reported",
        "enter_vendor_report",
        "report",
        "Enter what a vendor reported of a component that is not probed; figures change at once",
        EnteredReport,
        _enter,
        status=201,
        body=NewVendorReport,
    ),
    Operation("GET", "/reported/{id}", "vendor_report", "read", "One vendor report", VendorReported, _one),
)
