"""What stands beside the months in the spreadsheet: outages, what was excluded, credit schedules, and the method."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.credit import Bands, Schedule
from monitor.core.interval import intersect, seconds_in
from monitor.core.model import Seconds
from monitor.core.text import target_percent
from monitor.reports import books, credits
from monitor.reports.explanation import ExplainedOutage, Explanation, explain
from monitor.reports.month_sheet import Cell
from monitor.reports.prose import formula
from monitor.reports.rows import RESOLUTION, Row, kind
from monitor.reports.witnesses import unasked


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title, its width and how its cells are written."""

    title: str
    width: int
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Listing:
    """A sheet of one table."""

    name: str
    title: str
    note: str
    columns: tuple[Head, ...]
    lines: tuple[tuple[Cell, ...], ...]


_WHOSE = (Head("Month", 10), Head("Kind", 11), Head("Id", 14), Head("Zone", 14))


def outages(months: Mapping[str, Sequence[Row]]) -> Listing:
    """Every outage that touches a month. `Counted s` of an account make its seconds down."""
    columns = (
        *_WHOSE,
        Head("Outage", 24),
        Head("Components", 20),
        Head("From", 19, "moment"),
        Head("To", 19, "moment"),
        Head("Counted s", 11, "whole"),
        Head("In the month s", 13, "whole"),
        Head("Inferred s", 11, "whole"),
        Head("Remark", 46),
    )
    lines = tuple(
        _outage(label, explanation.account, item)
        for label, explanation in _explained(months)
        for item in explanation.outages
    )
    note = "Times of each account's own zone. What is excluded of an outage is not counted."
    return Listing("Outages", "Outages", note, columns, lines)


def _outage(label: str, account: Account, item: ExplainedOutage) -> tuple[Cell, ...]:
    remarks = []
    if item.carried:
        remarks.append("began before and is an outage of that month")
    if item.ongoing:
        remarks.append("going on")
    if item.short:
        remarks.append("shorter than the agreement counts")
    return (
        *_whose(label, account),
        item.id,
        " + ".join(item.components),
        _local(item.cut.start, account),
        _local(item.cut.end, account),
        item.counted,
        item.cut.length,
        seconds_in(item.inferred),
        ", ".join(remarks),
    )


def excluded(months: Mapping[str, Sequence[Row]]) -> Listing:
    """Announced maintenance and what was requested, whether it counts or not."""
    columns = (
        *_WHOSE,
        Head("What", 18),
        Head("Component", 16),
        Head("From", 19, "moment"),
        Head("To", 19, "moment"),
        Head("Announced", 19, "moment"),
        Head("Accepted s", 11, "whole"),
        Head("Why", 44),
    )
    lines = tuple(line for label, explanation in _explained(months) for line in _of_account(label, explanation))
    note = "An agreement's second is excluded only where no component of it is left to count."
    return Listing("Excluded", "Maintenance, exclusions and corrections", note, columns, lines)


def _of_account(label: str, explanation: Explanation) -> Iterator[tuple[Cell, ...]]:
    account = explanation.account
    for item in explanation.windows:
        notice = item.window.notice
        inside = intersect([item.excluded], [account.settled]) if item.excluded is not None else ()
        yield (
            *_whose(label, account),
            "maintenance",
            item.window.component,
            _local(notice.start, account),
            _local(notice.end, account),
            _local(notice.announced_at, account),
            seconds_in(inside),
            f"{'excluded' if item.excluded is not None else 'counted'}: {item.why}",
        )
    for case in account.cases:
        request = case.request
        yield (
            *_whose(label, account),
            request.kind.replace("_", " "),
            request.subject,
            _local(request.start, account),
            _local(request.end, account),
            None,
            seconds_in(account.taken(case)),
            f"{request.type.value} {request.id}, {case.status.value}",
        )


def schedules(months: Mapping[str, Sequence[Row]]) -> tuple[Listing, dict[tuple[str, str], tuple[int, int]]]:
    """The schedules in force, and in which rows (as people count) that of a month's agreement stands."""
    columns = (
        Head("Month", 10),
        Head("Agreement", 14),
        Head("Rule", 46),
        Head("From", 10, "target"),
        Head("To under", 10, "target"),
        Head("Credit", 10, "credit"),
        Head("Cap", 10, "credit"),
    )
    lines: list[tuple[Cell, ...]] = []
    places = {}
    for label, rows in months.items():
        for account in (line.account for line in rows):
            schedule = account.credit_terms.schedule
            if schedule is not None:
                first = len(lines) + 5
                lines += [(label, account.id, *cells) for cells in _schedule(schedule)]
                places[label, account.id] = (first, len(lines) + 4)
    note = "The shares of the monthly fee that are owed; the highest band counts where several hold."
    return Listing("Credit schedules", "Credit schedules", note, columns, tuple(lines)), places


def _schedule(schedule: Schedule) -> Iterator[tuple[Cell, ...]]:
    cap = None if schedule.cap is None else float(schedule.cap)
    if isinstance(schedule, Bands):
        for band in schedule.bands:
            edges = f"from {target_percent(band.low)} % to under {target_percent(band.high)} %"
            yield (edges, float(band.low), float(band.high), float(band.share), cap)
        return
    rule = f"{target_percent(schedule.per)} % for each percent below {target_percent(schedule.below)} %"
    yield (f"{rule} ({schedule.step})", None, float(schedule.below), float(schedule.per), cap)


_METHOD = (
    ("In scope", "The seconds of the month, in the zone given, in which the account is in service and settled."),
    ("Excluded", "Seconds inside maintenance announced in time, or inside an approved exclusion."),
    ("Measured", "In scope − excluded − not measured. What nobody measured is in neither part of the fraction."),
    ("Downtime", "Seconds down + weight × seconds degraded."),
    ("Availability", "1 − downtime ÷ measured, cut off after four decimals and never rounded up."),
    ("As measured", "1 − plain downtime ÷ plain measured: no maintenance and no exclusion taken out."),
    ("At target", "Whether the availability reaches the target, compared exactly."),
    ("Verdict", "Met if it is so even with all unmeasured time down; breached if not even with all of it up."),
    (
        "Looked up",
        "The share at the exact availability: the band with from ≤ availability < to, or the slope.",
    ),
    ("Credit", "0 when met; the share looked up, up to the cap, when breached; else somebody has to decide."),
    ("Amount", "Fee × credit, rounded half up, once, to the currency's smallest unit."),
    ("Agreements", "Components are taken together second by second: down if any is. Percentages are never averaged."),
    ("Resolution", RESOLUTION),
    ("Check it", "janji evidence --agreement ID MONTH -o FILE, then janji recompute FILE, on any machine."),
)


def method(months: Mapping[str, Sequence[Row]]) -> Listing:
    """How everything is computed, and each account's figure worked through."""
    lines: list[tuple[Cell, ...]] = [(what, how) for what, how in _METHOD]
    for label, rows in months.items():
        lines += [(f"{line.account.id} {label}", " ".join(_worked(line.account))) for line in rows]
    note = "Whole UTC seconds and exact fractions; the month sheets repeat it with live formulas."
    columns = (Head("What", 22, "wrapped"), Head("How", 110, "wrapped"))
    return Listing("How it is computed", "How it is computed", note, columns, tuple(lines))


def _worked(account: Account) -> Iterator[str]:
    yield f"{formula(account.figure)}."
    yield from (f"{line.strip().removesuffix('.')}." for line in credits.lines(account))
    yield f"As measured, with nothing taken out: {formula(account.plain)}."
    closing = account.books.closing
    sealed = "" if closing is None or closing.seal is None else f", ledger entry {closing.seal.number}"
    kept = "" if closing is None else f", digest {closing.digest}{sealed}"
    yield f"Books: {books.stage(account)}{kept}"


def _explained(months: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, Explanation]]:
    for label, rows in months.items():
        for line in rows:
            yield label, explain(line.account, unasked)


def _whose(label: str, account: Account) -> tuple[Cell, ...]:
    return label, kind(account), account.id, account.zone


def _local(instant: Seconds, account: Account) -> datetime:
    """As a spreadsheet knows times: without a zone."""
    return datetime.fromtimestamp(instant, ZoneInfo(account.zone)).replace(tzinfo=None)
