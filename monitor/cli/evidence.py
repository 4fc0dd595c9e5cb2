"""`janji evidence`: a month's facts as a file from which anybody can recompute the figure."""

import json
from pathlib import Path

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option
from monitor.cli.tables import Unknown, asked_account, books
from monitor.reports.books import proposed
from monitor.reports.evidence import NoTarget, document


@click.command("evidence")
@click.argument("component", required=False)
@click.argument("month", required=False)
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
    """Everything that a month's figure is made of, as JSON for `janji recompute`.

    \b
    Example:
      janji evidence api 2026-11 -o api.json && janji recompute api.json
      janji evidence --agreement acme 2026-11 -o acme.json
    """
    del as_json  # it is the only form
    with books(context) as held:
        account = asked_account(held, component, agreement, month, zone, now())
        head = held.store.ledger_head()
    if account.books.proposal:
        click.echo(f"{account.id}: {proposed(account)}", err=True)
    try:
        text = json.dumps(document(account, head), indent=2)
    except NoTarget as error:
        raise Unknown(str(error)) from None
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Unknown(f"{output}: cannot be written ({error.strerror})") from None
