"""A month as lines of a table: heads and cells as text, for whoever lays them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.text import left_time, percent, target_percent, used_time
from monitor.reports import books, credits
from monitor.reports.rows import Row
from monitor.reports.words import dated, moment, month_title

HEAD = (
    "Component",
    "Target",
    "Availability",
    "Outcome",
    "Downtime",
    "Allowed",
    "Left",
    "Excluded",
    "Not measured",
    "Outages",
    "Resolution",
    "As of",
    "Books",
)
RIGHT = frozenset({1, 2, 4, 5, 6, 7, 8, 9, 10})
"""Columns of numbers, aligned to the right."""
OUTCOME = HEAD.index("Outcome")
NOTES = (
    "Percentages are cut off, never rounded up. Excluded is maintenance announced in time, and what was approved.",
    "Resolution is outages × slot: an outage's edges are known to one slot of the probing.",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a head, the cells of each line, and what is to be said below them."""

    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    right: frozenset[int] = RIGHT
    outcome: int | None = OUTCOME


def tables(lines: Sequence[Row]) -> list[Table]:
    """The components' table, and one for the agreements of each zone."""
    made = []
    components = [line for line in lines if not line.account.agreement]
    if components:
        made.append(_table(components, HEAD, ""))
    agreements = [line for line in lines if line.account.agreement]
    for zone in dict.fromkeys(line.account.zone for line in agreements):
        inside = [line for line in agreements if line.account.zone == zone]
        head = ("Agreement", *HEAD[1:], "Credit")
        made.append(_table(inside, head, "Agreements, components combined (never an average), "))
    return made


def _table(lines: Sequence[Row], head: tuple[str, ...], prefix: str) -> Table:
    first = lines[0].account
    state = "over" if all(line.account.final for line in lines) else "running"
    start = dated(first.month.start, ZoneInfo(first.zone))
    title = f"{prefix}{month_title(first.label)} in {first.zone}, from {start}: {state}"
    said = ((line.account.id, books.proposed(line.account)) for line in lines)
    notes = tuple(f"{name}: {proposed}" for name, proposed in said if proposed)
    return Table(title, head, tuple(cells(line) for line in lines), notes)


def cells(line: Row) -> tuple[str, ...]:
    """One line's cells, in the order of `HEAD`; an agreement's credit after them."""
    account, figure = line.account, line.account.figure
    return (
        label(account),
        "–" if account.target is None else f"{target_percent(account.target)} %",
        "no data" if figure.availability is None else f"{percent(figure.availability)} %",
        line.outcome.value,
        used_time(figure.downtime_equivalent),
        "–" if line.allowed is None else left_time(line.allowed),
        "–" if line.left is None else left_time(line.left),
        used_time(figure.excluded_seconds),
        used_time(figure.unknown_seconds),
        str(line.outages),
        f"{line.outages} × {account.every} s" if account.every else "as reported",
        moment(line.as_of, ZoneInfo(account.zone)),
        books.stage(account),
        *([credits.cell(account)] if account.agreement else []),
    )


def label(account: Account) -> str:
    """`Production API (api)`; an agreement names its components: `Acme (acme): api + database`."""
    named = f"{account.name} ({account.id})"
    return f"{named}: {' + '.join(part.component for part in account.parts)}" if account.agreement else named
