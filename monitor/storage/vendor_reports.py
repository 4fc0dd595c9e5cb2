"""Vendor reports: append-only, each with its entry in the ledger and its component's timeline in one transaction."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import col

from monitor.core.model import Interval, Seconds, State
from monitor.core.timeline import Terms
from monitor.core.vendor import VendorOutage, VendorReport, check, lay
from monitor.storage import ledger, renamings, spans
from monitor.storage.notices import Transaction
from monitor.storage.tables import Component
from monitor.storage.tables import VendorReport as Row
from monitor.storage.terms import read_terms

ENTERED = "vendor report"
"""The kind of its ledger entry."""

_FAR: Seconds = 2**62


class VendorReports:
    """Appends and reads vendor reports. The rules are those of `core.vendor`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def append(self, report: VendorReport) -> VendorReport:
        """Stores a report, gives it its id, and writes its component's spans anew where it says something.

        Raises ValueError saying why it cannot be entered.
        """
        check(report)
        with self._transaction() as connection:
            key = connection.execute(insert(Row).values(**_values(report))).inserted_primary_key
            if key is None:
                raise AssertionError("a vendor report gave no key")
            stored = replace(report, id=_id(key[0]))
            ledger.append(
                connection, at=stored.entered_at, actor=stored.entered_by, kind=ENTERED, payload=entered(stored)
            )
            # After the ledger, whose lock comes first everywhere: reports entered at once are laid one after another.
            _lay(connection, stored)
            ledger.bump(connection, "facts")
            return stored

    def all(self, *, as_entered: bool = False) -> list[VendorReport]:
        """Every report in the order in which they were entered. Components are called as they are now, or as then."""
        with self._transaction() as connection:
            names = {} if as_entered else renamings.current(connection)
            found = [_report(row) for row in connection.execute(select(Row).order_by(col(Row.no)))]
        return [replace(each, component=names.get(each.component, each.component)) for each in found]

    def by_component(self) -> dict[str, list[VendorReport]]:
        """Every report, in order, by the component it is about."""
        found: dict[str, list[VendorReport]] = {}
        for report in self.all():
            found.setdefault(report.component, []).append(report)
        return found


def entered(report: VendorReport) -> dict[str, Any]:
    """What the ledger says of a report."""
    return {"id": report.id, **_values(report)}


def measured(terms: Iterable[Terms]) -> list[Interval]:
    """When checks of a component were in force: of that time its vendor says nothing."""
    return [Interval(item.start, _FAR if item.end is None else item.end) for item in terms]


def _lay(connection: Connection, report: VendorReport) -> None:
    row = connection.execute(
        select(Component).where(col(Component.id) == report.component).with_for_update()
    ).one_or_none()
    if row is None or row.since is None:
        raise ValueError(
            f"{report.component} is not known to the database yet; run `janji up` with these settings first"
        )
    if report.end <= row.since:
        raise ValueError(f"{report.component} was not in service in that period, so nothing of it would count")
    terms = [item for _, item in read_terms(connection, after=-1).get(row.no, [])]
    if any(item.end is None for item in terms):
        raise ValueError(f"{report.component} is probed; only a component with `source: reported` takes vendor reports")
    mark = row.since if row.watermark is None else row.watermark
    old = spans.read(connection, row.no, min(mark, max(report.start, row.since)))
    new = lay(old, report, since=row.since, measured=measured(terms))
    end = max(mark, new[-1].end) if new else mark
    spans.write(connection, [spans.Change(row.no, row.id, tuple(old), tuple(new), mark, end)])
    _rewritten(connection, row.no)


def _rewritten(connection: Connection, component_no: int) -> None:
    """Even where nothing before the watermark changed: whoever keeps a figure of the component names the report."""
    connection.execute(
        update(Component).where(col(Component.no) == component_no).values(revision=col(Component.revision) + 1)
    )


def _report(row: Any) -> VendorReport:
    return VendorReport(
        id=_id(row.no),
        component=row.component,
        start=row.start,
        end=row.end,
        outages=tuple(
            VendorOutage(item["start"], item["end"], State(item["state"]), item["note"]) for item in row.outages
        ),
        source=row.source,
        evidence=row.evidence,
        entered_at=row.entered_at,
        entered_by=row.entered_by,
    )


def _id(number: int) -> str:
    return f"report-{number}"


def _values(report: VendorReport) -> dict[str, Any]:
    return {
        "component": report.component,
        "start": report.start,
        "end": report.end,
        "outages": [
            {"start": each.start, "end": each.end, "state": each.state.value, "note": each.note}
            for each in report.outages
        ],
        "source": report.source,
        "evidence": report.evidence,
        "entered_at": report.entered_at,
        "entered_by": report.entered_by,
    }
