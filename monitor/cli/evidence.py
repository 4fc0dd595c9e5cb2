"""`janji evidence`: a month's, quarter's or year's facts as a file from which anybody can recompute the figures."""

import json
from pathlib import Path

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option
from monitor.cli.tables import Unknown, asked_accounts, books
from monitor.reader.asking import is_longer
from monitor.reports.books import proposed
from monitor.reports.evidence import NoTarget, document, of_months


@click.command("evidence")
@click.argument("component", required=False)
@click.argument("month", required=False, metavar="[MONTH|QUARTER|YEAR]")
@click.option("--agreement", metavar="ID", help="An agreement's month instead of a component's.")
@click.option("--zone", help="Zone of the component's month; default: the page's.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file; default: stdout.")
@json_option
@click.pass_obj
def command(
    context: Context,
    component: str | None,
    month: str | None,
    agreement: str | None,
    zone: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Everything that a month's figure is made of, as JSON for `janji recompute`; of a quarter or year each month's.

    \b
    Example:
      janji evidence api 2026-11 -o api.json && janji recompute api.json
      janji evidence --agreement acme 2026-11 -o acme.json
      janji evidence --agreement acme 2026-Q4 -o acme-q4.json
    """
    del as_json  # it is the only form
    with books(context) as held:
        accounts = asked_accounts(held, component, agreement, month, zone, now())
        head = held.store.ledger_head()
    for account in accounts:
        if account.books.proposal:
            click.echo(f"{account.id}: {proposed(account)}", err=True)
    period = next((text for text in (month, component) if is_longer(text)), None)
    try:
        made = document(accounts[0], head) if period is None else of_months(period, accounts, head)
        text = json.dumps(made, indent=2)
    except NoTarget as error:
        raise Unknown(str(error)) from None
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Unknown(f"{output}: cannot be written ({error.strerror})") from None
