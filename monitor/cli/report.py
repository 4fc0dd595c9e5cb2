"""`janji report`: a month in a line for each component and agreement."""

from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import Books, Unknown, asked_month, asked_zone, books, write_tables
from monitor.core.model import Seconds
from monitor.reports.rows import Row, as_csv, document, row
from monitor.reports.table import tables


@click.command("report")
@click.argument("month", required=False)
@click.option("--csv", "as_csv_file", is_flag=True, help="Write CSV (RFC 4180).")
@click.option("--zone", help="Zone of the components' month; default: the page's. Agreements keep their own.")
@json_option
@click.pass_obj
def command(context: Context, month: str | None, as_csv_file: bool, zone: str | None, as_json: bool) -> None:
    """A month's availability of each component and agreement; by default the running month.

    \b
    Example:
      janji report 2026-11
      janji report 2026-11 --csv > november.csv
    """
    if as_csv_file and as_json:
        raise click.UsageError("choose one of --csv and --json")
    instant = now()
    with books(context) as held:
        chosen = asked_zone(zone, held.zone)
        label = asked_month(month, chosen, instant)
        lines = rows(held, label, chosen, instant)
    if as_json:
        write_json(document(label, lines))
    elif as_csv_file:
        click.echo(as_csv(lines), nl=False)
    else:
        write_tables(tables(lines))


def rows(held: Books, month: str, zone: ZoneInfo, now: Seconds) -> list[Row]:
    """The lines of all that was in service in a month. Raises Unknown where nothing was."""
    accounts = held.accounts
    found = [accounts.month(component, month, zone, now) for component in accounts.components(month, zone)]
    found += [accounts.agreement(agreement, month, now) for agreement in accounts.agreements(month)]
    if not found:
        raise Unknown(f"nothing was in service in {month}")
    return [row(account) for account in found]
