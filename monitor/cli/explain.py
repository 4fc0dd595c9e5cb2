"""`janji explain`: a month's figure opened into the seconds that made it."""

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import asked_account, books
from monitor.reports.explanation import explain
from monitor.reports.prose import document, lines
from monitor.reports.witnesses import witnesses


@click.command("explain")
@click.argument("component", required=False)
@click.argument("month", required=False)
@click.option("--agreement", metavar="ID", help="Explain an agreement's month instead of a component's.")
@click.option("--zone", help="Zone of the component's month; default: the page's.")
@json_option
@click.pass_obj
def command(
    context: Context, component: str | None, month: str | None, agreement: str | None, zone: str | None, as_json: bool
) -> None:
    """Why a month's availability is what it is: seconds, outages, maintenance, gaps; by default the running month.

    \b
    Example:
      janji explain api 2026-11
      janji explain --agreement acme 2026-11
    """
    with books(context) as held:
        account = asked_account(held, component, agreement, month, zone, now())
        explanation = explain(account, witnesses(held.store))
    if as_json:
        write_json(document(explanation))
    else:
        click.echo("\n".join(lines(explanation)))
