"""`janji what-if`: the running month of an agreement ahead of its end."""

import click

from monitor.cli.context import Context, now
from monitor.cli.moments import parse_length
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import Unknown, asked_account, books
from monitor.core.ahead import supposing
from monitor.reports.outlook import document, lines


@click.command("what-if")
@click.argument("agreement")
@click.option("--down", multiple=True, metavar="LENGTH", help="More downtime to come, such as 20m; may be repeated.")
@json_option
@click.pass_obj
def command(context: Context, agreement: str, down: tuple[str, ...], as_json: bool) -> None:
    """What is left of a running month's allowance, until when, and what more downtime would cost.

    \b
    Example:
      janji what-if acme --down 20m --down 2h
    """
    lengths = [parse_length(text) for text in down]
    with books(context) as held:
        account = asked_account(held, None, agreement, None, None, now())
    try:
        supposed = [supposing(account, more) for more in (0, *lengths)]
    except ValueError as error:
        raise Unknown(str(error)) from None
    if as_json:
        write_json(document(account, supposed))
    else:
        click.echo("\n".join(lines(account, supposed)))
