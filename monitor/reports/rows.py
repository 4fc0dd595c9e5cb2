"""One line of a month for each account, and its facts as JSON values and as CSV.

Nothing is computed here that an account does not say; JSON is what `recompute` gives for the account's evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from monitor.core.account import Account
from monitor.core.availability import allowed, verdict
from monitor.core.calendar import format_instant
from monitor.core.evidence import result
from monitor.core.model import Seconds
from monitor.core.text import decimal, percent, ratio
from monitor.reports import books, credits, vendor_words
from monitor.reports.separated import harmless, separated


class Outcome(StrEnum):
    """How a month stands: proven ones for a month that is over, outlooks for the running one."""

    MET = "met"
    BREACHED = "breached"
    INDETERMINATE = "indeterminate"
    ON_TRACK = "on track"
    AT_RISK = "at risk"
    LOST = "lost"
    NO_DATA = "no data"
    NOT_JUDGED = "not judged"


RESOLUTION = "An outage's edges are known to one slot of the probing; resolution is outages × slot."
_BY_TARGET = ("allowed_downtime_seconds", "met", "verdict")
_BUDGET = ("month_budget_seconds", "budget_left_seconds", "budget_used_percent_trunc4")


@dataclass(frozen=True, slots=True)
class Row:
    """An account's month in a line. `allowed` and `left` are of the measured time of a month that is over, and of the
    whole month while it runs; None without a target."""

    account: Account
    outcome: Outcome
    allowed: Fraction | None
    left: Fraction | None
    outages: int

    @property
    def as_of(self) -> Seconds:
        """How far it is settled, never beyond the month."""
        return self.account.settled.end

    @property
    def resolution(self) -> Seconds:
        """The most by which the downtime can be off: outages × slot."""
        return self.outages * self.account.every


def row(account: Account) -> Row:
    """The line of an account."""
    figure, running = account.figure, account.allowance
    budget: Fraction | None = None
    if account.target is not None:
        budget = running.budget if running and not account.final else allowed(figure, account.target)
    left = None if budget is None else budget - figure.downtime_equivalent
    return Row(account, outcome(account), budget, left, len(account.outages))


def outcome(account: Account) -> Outcome:
    """The verdict of a month that is over, the outlook of one that runs."""
    if not account.figure.measured_seconds:
        return Outcome.NO_DATA
    if account.target is None or account.allowance is None:
        return Outcome.NOT_JUDGED
    if account.final:
        proven = verdict(account.figure, account.target)
        return Outcome.NO_DATA if proven is None else Outcome(proven.value)
    outlook = account.allowance.outlook
    return Outcome.NO_DATA if outlook is None else Outcome(outlook.value.replace("_", " "))


def facts(line: Row) -> dict[str, object]:
    """The line as JSON values, exact; what hangs on a target is null without one."""
    account = line.account
    closing = account.books.closing
    computed = dict(closing.figures) if closing else result(account.bundle)
    if account.target is None:
        computed |= {key: None for key in (*_BY_TARGET, *_BUDGET) if key in computed}
    return {
        "kind": kind(account),
        "id": account.id,
        "name": account.name,
        **({"components": [part.component for part in account.parts]} if account.agreement else {}),
        "month": account.label,
        "zone": account.zone,
        "month_start": format_instant(account.month.start),
        "month_end": format_instant(account.month.end),
        "as_of": format_instant(line.as_of),
        "target_percent": None if account.target is None else decimal(account.target * 100),
        "degraded_weight": ratio(account.degraded_weight),
        "min_outage_seconds": account.min_outage,
        "maintenance_cap_seconds": account.maintenance_cap,
        "outcome": line.outcome.value,
        **({"credit_percent": None} if account.agreement else {}),
        **computed,
        **(credits.facts(account) if account.agreement else {}),
        "left_seconds": None if line.left is None else decimal(line.left),
        "as_measured_percent_trunc4": None
        if account.plain.availability is None
        else percent(account.plain.availability),
        "outages": line.outages,
        "slot_seconds": account.every,
        "resolution_seconds": line.resolution,
        **books.document(account),
    }


def document(label: str, lines: Sequence[Row]) -> dict[str, object]:
    """A whole report as JSON values."""
    return {
        "month": label,
        "components": [facts(line) for line in lines if not line.account.agreement],
        "agreements": [facts(line) for line in lines if line.account.agreement],
        "resolution": RESOLUTION,
    }


COLUMNS = (
    "month",
    "zone",
    "kind",
    "id",
    "name",
    "target_percent",
    "availability_percent",
    "outcome",
    "final",
    "as_of",
    "total_seconds",
    "up_seconds",
    "degraded_seconds",
    "down_seconds",
    "unknown_seconds",
    "excluded_seconds",
    "downtime_seconds",
    "allowed_seconds",
    "left_seconds",
    "outages",
    "slot_seconds",
    "resolution_seconds",
    "books",
    "revision",
    "digest",
    "credit",
    "credit_percent",
    "credit_amount",
    "currency",
    "fee",
    "degraded_weight",
    "min_outage_seconds",
    "maintenance_cap_seconds",
    "source",
    "as_measured_percent",
)
"""Of the CSV. New ones are only ever added at the end."""


def as_csv(lines: Sequence[Row]) -> str:
    """RFC 4180 with one header; seconds are whole (used up, allowed and left down), what is not known is empty."""
    return separated(COLUMNS, (_cells(line) for line in lines))


def _cells(line: Row) -> tuple[object, ...]:
    account, figure = line.account, line.account.figure
    return (
        account.label,
        account.zone,
        kind(account),
        account.id,
        harmless(account.name),
        None if account.target is None else decimal(account.target * 100),
        None if figure.availability is None else percent(figure.availability),
        line.outcome.value,
        "true" if account.final else "false",
        format_instant(line.as_of),
        figure.total_seconds,
        figure.up_seconds,
        figure.degraded_seconds,
        figure.down_seconds,
        figure.unknown_seconds,
        figure.excluded_seconds,
        ceil(figure.downtime_equivalent),
        None if line.allowed is None else floor(line.allowed),
        None if line.left is None else floor(line.left),
        line.outages,
        account.every,
        line.resolution,
        account.books.stage.value,
        account.books.revision,
        account.books.digest,
        *_credit_cells(account),
        decimal(account.degraded_weight),
        account.min_outage,
        account.maintenance_cap,
        harmless(vendor_words.origins(account) or "probed"),
        as_measured(account),
    )


def _credit_cells(account: Account) -> tuple[object, ...]:
    if not account.agreement:
        return (None,) * 5
    owed, terms = account.credit, account.credit_terms
    return (owed.state.value, credits.percent_text(account), owed.amount, terms.currency, terms.round_fee)


def as_measured(account: Account) -> str | None:
    """The percentage with nothing taken out; None where nothing was measured."""
    plain = account.plain.availability
    return None if plain is None else percent(plain)


def kind(account: Account) -> str:
    """What an account is of."""
    return "agreement" if account.agreement else "component"
