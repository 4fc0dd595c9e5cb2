"""What the vendor of a service says of it, where we do not probe: vendor reports, and the timeline they make.

A vendor report is for one component and a period that is over: its outages, and up for the rest of it. Outside every
report the component is unknown. Where reports overlap, the one entered later counts; the earlier stays readable.
Reads no file, stores nothing, stamps nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.core.interval import Intervals, subtract, union
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.timeline import fill, splice

NOT_UP = (State.DOWN, State.DEGRADED)
"""What a vendor can say of an outage; all else is up."""

Wrong: TypeAlias = tuple[int | None, str]
"""The number of the outage that is wrong (None: the report itself), and what to do about it."""


@dataclass(frozen=True, slots=True)
class VendorOutage:
    """A stretch of a vendor report that was not up, and what the vendor says of it."""

    start: Seconds
    end: Seconds
    state: State = State.DOWN
    note: str = ""


@dataclass(frozen=True, slots=True)
class VendorReport:
    """`source` names what it was taken from; `evidence` is a link to that, or empty. `id` is empty until stored."""

    id: str
    component: str
    start: Seconds
    end: Seconds
    outages: tuple[VendorOutage, ...]
    source: str
    evidence: str
    entered_at: Seconds
    entered_by: str

    @property
    def period(self) -> Interval:
        return Interval(self.start, self.end)


def mistakes(report: VendorReport) -> list[Wrong]:
    """Everything that is wrong with a report; nothing for one that can be entered."""
    found: list[Wrong] = [(None, text) for text in _of_itself(report)]
    if report.start < report.end:
        found += ((number, text) for number, each in enumerate(report.outages) for text in _outside(each, report))
    return found + list(_disordered(report.outages))


def check(report: VendorReport) -> None:
    """Raises ValueError with all that is wrong."""
    found = mistakes(report)
    if found:
        raise ValueError(
            "; ".join(text if number is None else f"outage {number + 1}: {text}" for number, text in found)
        )


def said(report: VendorReport) -> list[Span]:
    """The report's period in spans: its outages, and up between them."""
    spans, at = list[Span](), report.start
    for outage in sorted(report.outages, key=lambda each: each.start):
        if outage.start > at:
            spans.append(Span(State.UP, at, outage.start))
        spans.append(Span(outage.state, outage.start, outage.end))
        at = outage.end
    return [*spans, Span(State.UP, at, report.end)] if at < report.end else spans


def lay(
    spans: Sequence[Span], report: VendorReport, *, since: Seconds, measured: Iterable[Interval] = ()
) -> list[Span]:
    """The spans with what the report says in place of what stood there; new time between them is unknown.

    Nothing is said before `since`, nor of the stretches in which checks `measured` the component.
    """
    pieces = subtract([Interval(max(report.start, since), report.end)], measured)
    if not pieces:
        return list(spans)
    start = min(spans[0].start if spans else since, pieces[0].start)
    laid = fill(spans, start, max(pieces[-1].end, spans[-1].end if spans else start))
    for piece in pieces:
        laid = splice(laid, fill(said(report), piece.start, piece.end))
    return laid


def timeline(
    reports: Iterable[VendorReport], since: Seconds, until: Seconds, measured: Iterable[Interval] = ()
) -> list[Span]:
    """What reports, in the order they were entered, make of `[since, until)`."""
    spans, checked = [Span(State.UNKNOWN, since, until)] if since < until else [], union(measured)
    for report in reports:
        spans = lay(spans, report, since=since, measured=checked)
    return fill(spans, since, until)


def unreported(reports: Iterable[VendorReport], within: Interval) -> Intervals:
    """What of a stretch of time no report covers."""
    return subtract([within], [report.period for report in reports])


def in_force(reports: Sequence[VendorReport], within: Interval) -> list[tuple[VendorReport, Intervals]]:
    """The reports that count somewhere in a stretch of time, in the order entered, each with where it does."""
    found, later = list[tuple[VendorReport, Intervals]](), list[Interval]()
    for report in reversed(reports):
        inside = Interval(max(report.start, within.start), min(report.end, within.end))
        if pieces := subtract([inside], later):
            found.append((report, pieces))
        later.append(report.period)
    return found[::-1]


def _of_itself(report: VendorReport) -> Iterable[str]:
    if report.start >= report.end:
        yield "its period ends before it begins; give a start and a later end"
    elif report.end > report.entered_at:
        yield "its period is not over yet; enter what is over, and the rest when it is"
    if not report.source.strip():
        yield "say what it was taken from: an auditor reads it"
    if report.evidence and not report.evidence.startswith(("https://", "http://")):
        yield f"evidence is a link, and {report.evidence!r} does not begin with https:// or http://"


def _outside(outage: VendorOutage, report: VendorReport) -> Iterable[str]:
    if outage.start >= outage.end:
        yield "it ends before it begins; swap start and end, or leave it out"
    elif outage.start < report.start or outage.end > report.end:
        yield "it lies outside the report's period; cut it there, and enter the rest with its own period"
    if outage.state not in NOT_UP:
        yield f"an outage is {' or '.join(NOT_UP)}, not {outage.state}; leave it out, all else is up"


def _disordered(outages: Sequence[VendorOutage]) -> Iterable[Wrong]:
    """An outage that begins before one that stands above it has ended; the furthest of those is named."""
    above: int | None = None
    for number, outage in enumerate(outages):
        if above is not None and outage.start < outages[above].end:
            overlaps = outage.end > outages[above].start
            fault = "it overlaps outage {}; join them" if overlaps else "it lies before outage {}; put them in order"
            yield number, fault.format(above + 1)
        if above is None or outage.end > outages[above].end:
            above = number
