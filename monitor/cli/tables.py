"""What the commands on figures share: laying out tables, finding what was asked for, and saying what is not there."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context
from monitor.core.account import Account
from monitor.core.model import Seconds
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reader.snapshot import Snapshot
from monitor.reports.rows import Outcome
from monitor.reports.table import NOTES, Table
from monitor.settings.hub import Settings
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
        yield Books(settings, store, Accounts(Snapshot(store), settings))
    finally:
        store.close()


@contextmanager
def known() -> Iterator[None]:
    """What is not there becomes one line, wrong usage."""
    try:
        yield
    except asking.NotThere as error:
        raise Unknown(str(error)) from None


def asked_month(text: str | None, zone: ZoneInfo, now: Seconds) -> str:
    """The month as asked, by default the running one. Raises Unknown for no month and for one to come."""
    with known():
        return asking.month(text, zone, now)


def asked_account(
    held: Books, component: str | None, agreement: str | None, month: str | None, zone: str | None, now: Seconds
) -> Account:
    """The account of a component or of an agreement. Raises Unknown naming what comes near."""
    if agreement is not None:
        month = _alone(component, month, zone)
        with known():
            return asking.agreement(held.accounts, held.settings, agreement, month, now)
    if component is None:
        raise Unknown("name a component, or an agreement with --agreement")
    with known():
        chosen = asking.zone(zone, held.zone)
        return asking.component(held.accounts, held.store.components(), component, month, chosen, now)


def asked_accounts(
    held: Books, component: str | None, agreement: str | None, period: str | None, zone: str | None, now: Seconds
) -> list[Account]:
    """As `asked_account`, of each month of a quarter or a year in which there is one."""
    asked = component if agreement is not None and period is None else period
    if asked is None or not asking.is_longer(asked):
        return [asked_account(held, component, agreement, period, zone, now)]
    with known():
        if agreement is not None:
            _alone(component, period, zone)
            return asking.agreement_months(held.accounts, held.settings, agreement, asked, now)
        chosen, facts = asking.zone(zone, held.zone), held.store.components()
        return asking.component_months(held.accounts, facts, component or "", asked, chosen, now)


def _alone(component: str | None, month: str | None, zone: str | None) -> str | None:
    """The month, which an agreement takes in the first place. Raises Unknown for anything beside it."""
    if month is None:
        component, month = None, component
    if component is not None or zone is not None:
        raise Unknown("an agreement has its own components and zone; name only the month with it")
    return month


def write_tables(tables: Iterable[Table]) -> None:
    """Tables and their notes; colour on a terminal only, and never as the only sign."""
    for table in tables:
        click.secho(table.title, bold=True)
        for line in laid_out(table):
            click.echo(line)
        for note in table.notes:
            click.echo(note)
        click.echo()
    for note in NOTES:
        click.echo(note)


def laid_out(table: Table) -> Iterator[str]:
    """Head and lines in columns: text to the left, numbers to the right, outcomes in colour."""
    rows: Sequence[Sequence[str]] = (table.head, *table.lines)
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.head))]
    for row in rows:
        cells = [
            cell.rjust(width) if column in table.right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        if table.outcome is not None:
            cells[table.outcome] = _coloured(row[table.outcome], cells[table.outcome])
        yield "  ".join(cells).rstrip()


def _coloured(word: str, cell: str) -> str:
    colour = "green" if word in _GOOD else "red" if word in _BAD else None
    return cell if colour is None else click.style(cell, fg=colour)
