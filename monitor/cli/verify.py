"""`janji verify`: the closed books held against what is stored now, to the second."""

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, watched, write_json
from monitor.cli.tables import Unknown, asked_month, books
from monitor.reader.verification import Verification, Verified


@click.command("verify")
@click.argument("month", required=False)
@json_option
@click.pass_obj
def command(context: Context, month: str | None, as_json: bool) -> int:
    """Compute every closed month again and name what differs; check the ledger's chain and each digest.

    Exit code 1 when anything differs: a span, a notice, a decision, the ledger or a closed figure.

    \b
    Example:
      janji verify
      janji verify 2026-11 --json
    """
    with books(context) as held:
        instant = now()
        label = None if month is None else asked_month(month, held.zone, instant)
        verification = Verification(held.store, held.settings, instant)
        closed = verification.months(label)
        if label is not None and not closed:
            raise Unknown(f"nothing is closed in {label}")
        ledger = verification.of_ledger()
        found = [verification.of_month(key) for key in watched(closed, "Verifying closed months")]
        entries = len(held.store.ledger())
    holds = not ledger and not any(item.wrong for item in found)
    if as_json:
        write_json({"holds": holds, "ledger": {"entries": entries, "wrong": ledger}, "months": _documents(found)})
    else:
        _say(ledger, found, entries)
    return 0 if holds else 1


def _documents(found: list[Verified]) -> list[dict[str, object]]:
    return [
        {
            "subject": item.closing.subject.value,
            "id": item.closing.id,
            "month": item.closing.month,
            "revision": item.closing.revision,
            "digest": item.closing.digest,
            "holds": not item.wrong,
            "wrong": list(item.wrong),
        }
        for item in found
    ]


def _say(ledger: tuple[str, ...], found: list[Verified], entries: int) -> None:
    for item in found:
        click.echo(f"{item.closing.name}: {'differs' if item.wrong else 'holds'}")
        for sentence in item.wrong:
            click.echo(f"  {sentence}")
    if not found:
        click.echo("No month is closed yet.")
    click.echo(f"ledger, {entries} entries: {'differs' if ledger else 'holds'}")
    for sentence in ledger:
        click.echo(f"  {sentence}")
