"""Vendor reports in words and as documents: what was reported, from what source, by whom it was entered."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.calendar import format_instant
from monitor.core.decision import is_proven
from monitor.core.interval import seconds_in
from monitor.core.model import Interval, State
from monitor.core.text import number, used_time
from monitor.core.vendor import VendorReport, in_force
from monitor.reader.effects import Effect
from monitor.reports.instants import moment
from monitor.reports.words import dated, period

HEAD = ("ID", "COMPONENT", "PERIOD", "OUTAGES", "DOWN", "ENTERED BY", "SOURCE")


def lines(account: Account) -> Iterator[str]:
    """For each part that its vendor reports: which reports its seconds are from, and what nobody reported."""
    zone, missing = ZoneInfo(account.zone), {part.component: gaps for part, gaps in account.unreported}
    for part in account.parts:
        if not part.reported:
            continue
        yield f"{part.component} is not probed; its seconds are as reported by its vendor:"
        for report, pieces in in_force(part.reports, account.month):
            yield f"  {_listed(pieces, zone)}: {origin(report, zone)}"
        for gap in missing.get(part.component, ()):
            yield f"  {period(gap.start, gap.end, zone)}: no report, so not measured"


def origin(report: VendorReport, zone: ZoneInfo) -> str:
    """`report-3, Their service history, entered by ana on 2 Dec 2026 09:00`."""
    link = f" ({report.evidence})" if report.evidence else ""
    return f"{report.id}, {report.source}{link}, entered by {report.entered_by} on {dated(report.entered_at, zone)}"


def origins(account: Account) -> str:
    """One sentence for a file that has room for one; empty where all was probed."""
    zone = ZoneInfo(account.zone)
    said = [
        f"{part.name}: as reported by its vendor"
        + "".join(f", {origin(report, zone)}" for report, _ in in_force(part.reports, account.month))
        for part in account.parts
        if part.reported
    ]
    return "; ".join(said)


def sources(account: Account) -> list[dict[str, object]]:
    """The reports that an account's seconds are from, as JSON values; none where all was probed."""
    return [
        {
            "component": part.component,
            "reports": [
                {**document(report), "counts": [_piece(each) for each in pieces]}
                for report, pieces in in_force(part.reports, account.month)
            ],
            "not_reported": [
                _piece(each) for found, gaps in account.unreported if found.component == part.component for each in gaps
            ],
        }
        for part in account.parts
        if part.reported
    ]


def supersedes(before: Sequence[VendorReport], report: VendorReport) -> Iterator[str]:
    """What a report takes the place of."""
    for item in before:
        yield f"{item.id} ({item.source}) covers part of that time too; where both speak this one counts from now on."
    if not report.outages:
        yield "No outage: the whole period will count as up."


def effects(found: Sequence[Effect]) -> Iterator[str]:
    """What becomes of books that are closed already."""
    for effect in found:
        if effect.before.books.closing is not None and effect.before.figure != effect.after.figure:
            named = f"{'agreement' if effect.before.agreement else 'objective of'} {effect.before.id}"
            yield f"{named} {effect.before.label} is closed: a revision is proposed, the figure stays until it is made."


def done(report: VendorReport, zone: ZoneInfo) -> str:
    """One sentence: what stands now."""
    number_of = f"{len(report.outages)} outage" + ("" if len(report.outages) == 1 else "s")
    return f"{report.id} is entered: {report.component}, {_period(report, zone)}, {number_of}, by {report.entered_by}."


def described(report: VendorReport, zone: ZoneInfo) -> Iterator[str]:
    """Everything that is known of it."""
    yield f"{report.id}: {report.component}, {_period(report, zone)}"
    yield f"  {report.source}"
    if report.evidence:
        yield f"  {report.evidence}"
    yield f"  {moment(report.entered_at, zone)}: entered by {report.entered_by}"
    for each in report.outages:
        lasted = used_time(each.end - each.start, detail=True)
        note = f": {each.note}" if each.note else ""
        yield f"  {each.state} {moment(each.start, zone)} to {moment(each.end, zone)} ({lasted}){note}"
    if not report.outages:
        yield "  No outage."


def row(report: VendorReport, zone: ZoneInfo) -> tuple[str, ...]:
    """A line of the list, under `HEAD`."""
    return (
        report.id,
        report.component,
        _period(report, zone),
        str(len(report.outages)),
        used_time(_down(report), detail=True),
        report.entered_by,
        report.source,
    )


def document(report: VendorReport) -> dict[str, object]:
    """The report as JSON values; instants in UTC."""
    return {
        "id": report.id,
        "component": report.component,
        "start": format_instant(report.start),
        "end": format_instant(report.end),
        "seconds": report.period.length,
        "outages": [
            {
                "start": format_instant(each.start),
                "end": format_instant(each.end),
                "seconds": each.end - each.start,
                "state": each.state.value,
                "note": each.note or None,
            }
            for each in report.outages
        ],
        "down_seconds": _down(report),
        "source": report.source,
        "evidence": report.evidence or None,
        "entered_at": format_instant(report.entered_at),
        "entered_by": report.entered_by,
        "enterer_proven": is_proven(report.entered_by),
    }


def _down(report: VendorReport) -> int:
    return seconds_in(Interval(each.start, each.end) for each in report.outages if each.state is State.DOWN)


def _period(report: VendorReport, zone: ZoneInfo) -> str:
    return f"{moment(report.start, zone)} to {moment(report.end, zone)}"


def _listed(pieces: Sequence[Interval], zone: ZoneInfo) -> str:
    return ", ".join(f"{period(each.start, each.end, zone)} ({number(each.length)} s)" for each in pieces)


def _piece(each: Interval) -> dict[str, object]:
    return {"start": format_instant(each.start), "end": format_instant(each.end), "seconds": each.length}
