"""Quarters and years: the sums of their months' seconds and credits. Percentages are never averaged.

A promise is one of each month, so a longer time has no verdict of its own: it says how its months ended.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import ceil

from monitor.core.account import Account
from monitor.core.availability import Figure, add
from monitor.core.calendar import format_instant
from monitor.core.credit import CreditState
from monitor.core.text import decimal, money, percent, ratio, used_time
from monitor.reports.rows import RESOLUTION, Row, facts, kind
from monitor.reports.separated import harmless, separated
from monitor.reports.table import Table, label

COLUMNS = (
    "period",
    "zone",
    "kind",
    "id",
    "name",
    "months",
    "availability_percent",
    "final",
    "total_seconds",
    "up_seconds",
    "degraded_seconds",
    "down_seconds",
    "unknown_seconds",
    "excluded_seconds",
    "downtime_seconds",
    "outages",
    "outcomes",
    "credit_amount",
    "currency",
    "credits_to_decide",
)
"""Of the CSV. New ones are only ever added at the end."""

_HEAD = ("Months", "Availability", "Downtime", "Excluded", "Not measured", "Outages", "Outcomes", "Credits")


@dataclass(frozen=True)
class Total:
    """One component or agreement over several months, oldest first."""

    rows: tuple[Row, ...]

    @property
    def account(self) -> Account:
        """The newest month's: its name and zone are the ones to show."""
        return self.rows[-1].account

    @cached_property
    def figure(self) -> Figure:
        """The sum of the months' seconds."""
        return add([line.account.figure for line in self.rows])

    @property
    def final(self) -> bool:
        return all(line.account.final for line in self.rows)

    @property
    def outages(self) -> int:
        """Each counts in the month of its start."""
        return sum(line.outages for line in self.rows)

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many months ended how, in the order in which that first came up."""
        return Counter(line.outcome.value for line in self.rows)

    @cached_property
    def credits(self) -> Mapping[str, Decimal]:
        """The sum of the months' amounts by currency."""
        sums: dict[str, Decimal] = {}
        for account in (line.account for line in self.rows):
            currency, amount = account.credit_terms.currency, account.credit.amount
            if currency is not None and amount is not None:
                sums[currency] = sums.get(currency, Decimal(0)) + amount
        return sums

    @property
    def undecided(self) -> int:
        """How many months' credits need a decision: they are in no sum."""
        return sum(line.account.credit.state is CreditState.NEEDS_DECISION for line in self.rows)


def totals(months: Iterable[Sequence[Row]]) -> list[Total]:
    """The rows of several months, oldest first, put together by whose they are; in the order of the newest month."""
    months = list(months)
    found: dict[tuple[str, str], list[Row]] = {}
    for line in (line for lines in reversed(months) for line in lines):
        found.setdefault((kind(line.account), line.account.id), []).append(line)
    made = [Total(tuple(reversed(lines))) for lines in found.values()]
    return sorted(made, key=lambda total: total.account.agreement)


def document(period: str, months: Sequence[str], sums: Sequence[Total]) -> dict[str, object]:
    """A whole report as JSON values, exact, with every month's line."""
    return {
        "period": period,
        "months": list(months),
        "components": [_facts(total) for total in sums if not total.account.agreement],
        "agreements": [_facts(total) for total in sums if total.account.agreement],
        "resolution": RESOLUTION,
    }


def _facts(total: Total) -> dict[str, object]:
    account, figure = total.account, total.figure
    values: dict[str, object] = {
        "kind": kind(account),
        "id": account.id,
        "name": account.name,
        "zone": account.zone,
        "window_start": format_instant(figure.window_start),
        "window_end": format_instant(figure.window_end),
        "total_seconds": figure.total_seconds,
        "up_seconds": figure.up_seconds,
        "degraded_seconds": figure.degraded_seconds,
        "down_seconds": figure.down_seconds,
        "unknown_seconds": figure.unknown_seconds,
        "excluded_seconds": figure.excluded_seconds,
        "measured_seconds": figure.measured_seconds,
        "downtime_equivalent_seconds": decimal(figure.downtime_equivalent),
        "availability": None if figure.availability is None else ratio(figure.availability),
        "availability_percent_trunc4": None if figure.availability is None else percent(figure.availability),
        "final": total.final,
        "outages": total.outages,
        "outcomes": dict(total.outcomes),
    }
    if account.agreement:
        values["credits"] = {currency: str(amount) for currency, amount in total.credits.items()}
        values["credits_to_decide"] = total.undecided
    return values | {"by_month": [facts(line) for line in total.rows]}


def as_csv(period: str, sums: Iterable[Total]) -> str:
    """RFC 4180 with one header. Credits in several currencies are written one after the other with a plus."""
    return separated(COLUMNS, (_cells(period, total) for total in sums))


def _cells(period: str, total: Total) -> tuple[object, ...]:
    account, figure = total.account, total.figure
    return (
        period,
        account.zone,
        kind(account),
        account.id,
        harmless(account.name),
        len(total.rows),
        None if figure.availability is None else percent(figure.availability),
        "true" if total.final else "false",
        figure.total_seconds,
        figure.up_seconds,
        figure.degraded_seconds,
        figure.down_seconds,
        figure.unknown_seconds,
        figure.excluded_seconds,
        ceil(figure.downtime_equivalent),
        total.outages,
        _outcomes(total),
        " + ".join(str(amount) for amount in total.credits.values()),
        " + ".join(total.credits),
        total.undecided if account.agreement else None,
    )


def tables(period: str, months: Sequence[str], sums: Sequence[Total]) -> list[Table]:
    """The components' table and the agreements'."""
    made = []
    for agreement, named in ((False, "Component"), (True, "Agreement")):
        inside = [total for total in sums if total.account.agreement is agreement]
        if not inside:
            continue
        state = "over" if all(total.final for total in inside) else "running"
        title = f"{named}s in {period}, the seconds of {months[0]} to {months[-1]} together: {state}"
        head = (named, *(_HEAD if agreement else _HEAD[:-1]))
        lines = tuple(_line(total) for total in inside)
        made.append(Table(title, head, lines, right=frozenset(range(1, 7)), outcome=None))
    return made


def _line(total: Total) -> tuple[str, ...]:
    figure = total.figure
    return (
        label(total.account),
        str(len(total.rows)),
        "no data" if figure.availability is None else f"{percent(figure.availability)} %",
        used_time(figure.downtime_equivalent),
        used_time(figure.excluded_seconds),
        used_time(figure.unknown_seconds),
        str(total.outages),
        _outcomes(total),
        *([_credits(total)] if total.account.agreement else []),
    )


def _outcomes(total: Total) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in total.outcomes.items())


def _credits(total: Total) -> str:
    said = [money(amount, currency) for currency, amount in total.credits.items()]
    if total.undecided:
        said.append(f"{total.undecided} to decide")
    return " + ".join(said) or "–"
