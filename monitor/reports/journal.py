"""The journal for finance: one line for each agreement and month, with what is owed and what vouches for it."""

from collections.abc import Iterable
from math import ceil

from monitor.core.text import decimal, percent
from monitor.reports import credits
from monitor.reports.rows import Row, as_measured
from monitor.reports.separated import harmless, separated

COLUMNS = (
    "agreement",
    "customer",
    "month",
    "target_percent",
    "actual_percent",
    "verdict",
    "downtime_seconds",
    "excluded_seconds",
    "unknown_seconds",
    "credit",
    "credit_percent",
    "credit_amount",
    "currency",
    "books",
    "revision",
    "digest",
    "as_measured_percent",
)
"""New ones are only ever added at the end."""


def journal(lines: Iterable[Row]) -> str:
    """RFC 4180 with one header; components are left out. A running month has no verdict and no credit yet."""
    return separated(COLUMNS, (_cells(line) for line in lines if line.account.agreement))


def _cells(line: Row) -> tuple[object, ...]:
    account, figure, owed = line.account, line.account.figure, line.account.credit
    return (
        account.id,
        harmless(account.name),
        account.label,
        None if account.target is None else decimal(account.target * 100),
        None if figure.availability is None else percent(figure.availability),
        line.outcome.value if account.final else "running",
        ceil(figure.downtime_equivalent),
        figure.excluded_seconds,
        figure.unknown_seconds,
        owed.state.value,
        credits.percent_text(account),
        owed.amount,
        account.credit_terms.currency,
        account.books.stage.value,
        account.books.revision,
        account.books.digest,
        as_measured(account),
    )
