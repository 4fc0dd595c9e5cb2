"""`janji revise`: accepts what came in after a month was closed; what was closed before stays readable."""

from zoneinfo import ZoneInfo

import click

from monitor.cli.close import closer, desk
from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import asked_month, known
from monitor.core.books import Subject
from monitor.reader.bookkeeping import Refused
from monitor.reports.closings import document, said


@click.command("revise")
@click.argument("month")
@click.option("--agreement", metavar="ID", help="An agreement's month.")
@click.option("--objective", metavar="COMPONENT", help="A component's month against its objective.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; an auditor reads it.")
@json_option
@click.pass_obj
def command(
    context: Context, month: str, agreement: str | None, objective: str | None, reason: str, as_json: bool
) -> None:
    """Revise a closed month by what is stored now: numbered, with the difference and the reason.

    `janji report` says when a revision is proposed, `janji verify` what differs. Needs a token with the scope close.

    \b
    Example:
      janji revise 2026-11 --agreement acme --reason "The agent in Singapore came back with its results"
    """
    if (agreement is None) == (objective is None):
        raise click.UsageError("name one of --agreement ID and --objective COMPONENT")
    subject = Subject.OBJECTIVE if agreement is None else Subject.AGREEMENT
    identifier = agreement or objective or ""
    with desk(context) as (settings, store, keeping):
        label, by = asked_month(month, ZoneInfo(settings.page.zone), now()), closer(store)
        with known():
            keeping.known(subject, identifier, label)
        try:
            revised = keeping.revise(subject, identifier, label, actor=by, now=now(), reason=reason)
        except Refused as error:
            raise click.ClickException(f"{subject} {identifier} {label} is not revised: {error}") from None
    if as_json:
        write_json(document(revised))
    else:
        click.echo(said(revised))
