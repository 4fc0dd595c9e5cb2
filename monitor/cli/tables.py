"""What the commands on figures share: laying out tables, finding what was asked for, and saying what is not there."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context
from monitor.core.account import Account
from monitor.core.calendar import month_bounds, month_of
from monitor.core.model import Seconds
from monitor.reader.accounts import Accounts
from monitor.reports.rows import Outcome
from monitor.reports.table import NOTES, OUTCOME, RIGHT, Table
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.store import Store

_GOOD = {Outcome.MET.value, Outcome.ON_TRACK.value}
_BAD = {Outcome.BREACHED.value, Outcome.LOST.value}


class Unknown(click.ClickException):
    """Something was asked for that is not there: one line, wrong usage."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Books:
    """What a command on figures looks at."""

    settings: Settings
    store: Store
    accounts: Accounts

    @property
    def zone(self) -> ZoneInfo:
        """The page's."""
        return ZoneInfo(self.settings.page.zone)


@contextmanager
def books(context: Context) -> Iterator[Books]:
    """The settings and their database, for reading."""
    settings = context.load().settings
    store = context.reading(settings)
    try:
        yield Books(settings, store, Accounts(store, settings))
    finally:
        store.close()


def asked_zone(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The zone called so. Raises Unknown."""
    if name is None:
        return default
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Unknown(f"{name!r} is not a time zone; write one such as Asia/Jakarta") from None


def asked_month(text: str | None, zone: ZoneInfo, now: Seconds) -> str:
    """The month as asked, by default the running one. Raises Unknown for no month and for one to come."""
    if text is None:
        return month_of(now, zone)
    try:
        bounds = month_bounds(text, zone)
    except (ValueError, OverflowError):
        raise Unknown(f"{text!r} is not a month; write one such as {month_of(now, zone)}") from None
    if bounds.start > now:
        raise Unknown(f"{text} has not begun; the running month is {month_of(now, zone)}")
    return text


def asked_account(
    held: Books, component: str | None, agreement: str | None, month: str | None, zone: str | None, now: Seconds
) -> Account:
    """The account of a component or of an agreement. Raises Unknown naming what comes near."""
    if agreement is not None:
        if month is None:
            component, month = None, component
        if component is not None or zone is not None:
            raise Unknown("an agreement has its own components and zone; name only the month with it")
        return _agreed(held, agreement, month, now)
    if component is None:
        raise Unknown("name a component, or an agreement with --agreement")
    facts = held.store.components()
    if component not in facts:
        raise Unknown(f"there is no component {component!r}; {near(component, sorted(facts))}")
    chosen = asked_zone(zone, held.zone)
    label = asked_month(month, chosen, now)
    if component not in held.accounts.components(label, chosen):
        since = facts[component].since
        first = "" if since is None else f"; its first month is {month_of(since, chosen)}"
        raise Unknown(f"{component} was not in service in {label}{first}")
    return held.accounts.month(component, label, chosen, now)


def _agreed(held: Books, agreement: str, month: str | None, now: Seconds) -> Account:
    known = {item.id: item for item in held.settings.agreements}
    if agreement not in known:
        raise Unknown(f"there is no agreement {agreement!r}; {near(agreement, sorted(known))}")
    label = asked_month(month, held.accounts.zone_of(known[agreement]), now)
    if agreement not in held.accounts.agreements(label):
        raise Unknown(f"agreement {agreement} does not hold in {label}, or a component of it was never measured")
    return held.accounts.agreement(agreement, label, now)


def write_tables(tables: Iterable[Table]) -> None:
    """Tables and their notes; colour on a terminal only, and never as the only sign."""
    for table in tables:
        click.secho(table.title, bold=True)
        for line in laid_out(table):
            click.echo(line)
        click.echo()
    for note in NOTES:
        click.echo(note)


def laid_out(table: Table) -> Iterator[str]:
    """Head and lines in columns: text to the left, numbers to the right, outcomes in colour."""
    rows: Sequence[Sequence[str]] = (table.head, *table.lines)
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    for row in rows:
        cells = [
            cell.rjust(width) if column in RIGHT else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        cells[OUTCOME] = _coloured(row[OUTCOME], cells[OUTCOME])
        yield "  ".join(cells).rstrip()


def _coloured(word: str, cell: str) -> str:
    colour = "green" if word in _GOOD else "red" if word in _BAD else None
    return cell if colour is None else click.style(cell, fg=colour)
