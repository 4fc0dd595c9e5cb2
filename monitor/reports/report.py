"""A month, quarter or year of everything that was in service, and the forms in which finance asks for it.

One path for whoever asks: the command and the API write the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from monitor.core.model import Seconds
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reports import journal, periods, rows
from monitor.reports.periods import Total
from monitor.reports.rows import Row
from monitor.reports.table import Table, tables


@dataclass(frozen=True)
class Report:
    """The rows of each month that has begun and in which something was in service, oldest first.

    `period` is as it was asked for; `longer` when that is a quarter or a year, however many months of it there are.
    """

    period: str
    longer: bool
    months: Mapping[str, Sequence[Row]]

    @cached_property
    def sums(self) -> list[Total]:
        """Of a longer time: each account's months together."""
        return periods.totals(self.months.values())

    @property
    def rows(self) -> list[Row]:
        """Of all months."""
        return [line for lines in self.months.values() for line in lines]

    def document(self) -> dict[str, object]:
        """JSON values."""
        if self.longer:
            return periods.document(self.period, list(self.months), self.sums)
        return rows.document(self.period, self.rows)

    def tables(self) -> list[Table]:
        """For people."""
        return periods.tables(self.period, list(self.months), self.sums) if self.longer else tables(self.rows)

    def csv(self) -> str:
        """RFC 4180, a line for each account."""
        return periods.as_csv(self.period, self.sums) if self.longer else rows.as_csv(self.rows)

    def journal(self) -> str:
        """RFC 4180, a line for each agreement and month."""
        return journal.journal(self.rows)

    def workbook(self, issuer: str) -> bytes:
        """A spreadsheet (XLSX), a sheet for each month."""
        # Imported only now, like the layout of the statement: other forms are there faster without.
        from monitor.reports.spreadsheet import workbook

        labels = list(self.months)
        span = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
        return workbook(f"{issuer}: availability in {span}", self.months)


def report(accounts: Accounts, asked: str | None, zone: ZoneInfo, now: Seconds) -> Report:
    """The report of a month, quarter or year; by default of the running month. Components' months lie in the zone.

    Raises NotThere for what is none, has not begun, or had nothing in service.
    """
    labels = asking.months(asked, zone, now)
    longer = asking.is_longer(asked)
    if not longer:
        found = {label: asking.everything(accounts, label, zone, now) for label in labels}
    else:
        found = {label: served for label in labels if (served := asking.all_of(accounts, label, zone, now))}
    if not found:
        raise asking.NotThere(f"nothing was in service in {asked}")
    made = {label: [rows.row(account) for account in each] for label, each in found.items()}
    return Report(asked or labels[0], longer, made)
