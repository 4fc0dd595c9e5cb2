"""`janji alert`: tries a channel now, and shows what became of the messages that were owed."""

import sys
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.moments import moment
from monitor.cli.output import json_option, write_json, write_table
from monitor.cli.sending import addresses, label, send_now
from monitor.core.alert import Message
from monitor.core.calendar import format_instant
from monitor.reports import alert_rows
from monitor.storage.outbox import Owed


@click.group("alert")
def command() -> None:
    """See what fires, acknowledge it, try a channel, and see what became of messages."""


@command.command("test")
@click.argument("channel")
@json_option
@click.pass_obj
def test(context: Context, channel: str, as_json: bool) -> None:
    """Send a test message to each address of a channel now; nothing is stored.

    Exit code 0: every address took it; 1: one or more did not; 2: no such channel.

    \b
    Example:
      janji alert test engineering
    """
    settings = context.load(with_channels=True).settings
    targets = addresses(settings, channel)
    message = Message(
        "info",
        f"Test from {settings.page.title}",
        f"Somebody tries the channel {channel} with `janji alert test`. Nothing is wrong.",
    )
    sys.exit(send_now(targets, message, as_json=as_json))


@command.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option("--dead", is_flag=True, help="Only those that were given up: nobody got them.")
@json_option
@click.pass_obj
def show_all(context: Context, limit: int, dead: bool, as_json: bool) -> None:
    """Show the newest messages and what became of each.

    \b
    Example:
      janji alert list --limit 50
    """
    settings = context.load().settings
    zone = ZoneInfo(settings.page.zone)
    store = context.reading(settings)
    try:
        found = store.outbox.dead(limit) if dead else store.outbox.all(limit)
    finally:
        store.close()
    if as_json:
        write_json([_document(owed) for owed in found])
    elif not found:
        click.echo("No alerts so far.")
    else:
        rows = [
            (
                str(owed.no),
                moment(owed.created_at, zone),
                owed.message.title,
                f"{owed.channel}: {label(owed.target)}",
                fate(owed, zone),
            )
            for owed in found
        ]
        write_table(("NO", "OWED SINCE", "MESSAGE", "TO", "WHAT BECAME OF IT"), rows)


@command.command("open")
@click.option("--all", "everything", is_flag=True, help="Those that are over, too: the newest hundred.")
@json_option
@click.pass_obj
def show_open(context: Context, everything: bool, as_json: bool) -> None:
    """Show what fires now: who was told, who acknowledged, and what holds messages back.

    \b
    Example:
      janji alert open
    """
    settings = context.load().settings
    store = context.reading(settings)
    try:
        found = [item for item in store.alerts.newest() if everything or not item.over]
    finally:
        store.close()
    if as_json:
        write_json([alert_rows.document(item, settings) for item in found])
    elif not found:
        click.echo("Nothing fires.")
    else:
        zone = ZoneInfo(settings.page.zone)
        rows = [
            (
                str(item.no),
                moment(item.start, zone),
                alert_rows.title(item, settings),
                f"{item.acked_by}, {moment(item.acked_at, zone)}" if item.acked_at is not None else "nobody",
                "; ".join(f"{name}: {alert_rows.told(told)}" for name, told in sorted(item.told.items())),
            )
            for item in found
        ]
        write_table(("NO", "SINCE", "WHAT", "ACKNOWLEDGED BY", "CHANNELS"), rows)


@command.command("ack")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(min=1), metavar="NO...")
@json_option
@click.pass_obj
def acknowledge(context: Context, numbers: tuple[int, ...], as_json: bool) -> None:
    """Acknowledge alerts: nobody is reminded of them, and they do not escalate. `janji alert open` shows the numbers.

    Exit code 0: done; 1: one of them is not there, or is over.

    \b
    Example:
      janji alert ack 17
    """
    settings = context.load().settings
    store = context.store(settings)
    try:
        found = store.acknowledgements.acknowledge(numbers, by=actor(store, "alert"), now=now())
    except (LookupError, ValueError) as error:
        raise click.ClickException(str(error.args[0])) from None
    finally:
        store.close()
    if as_json:
        write_json([alert_rows.document(item, settings) for item in found])
        return
    for item in found:
        click.echo(f"{item.no}: {alert_rows.title(item, settings)}: acknowledged by {item.acked_by}")


@command.command("retry")
@click.argument("number", type=click.IntRange(min=1), metavar="NO")
@click.pass_obj
def retry(context: Context, number: int) -> None:
    """Try a message that was given up once more, from now on for a day. `janji alert list` shows the numbers.

    Exit code 0: it waits again; 1: it is not there, or was not given up.

    \b
    Example:
      janji alert retry 81
    """
    settings = context.load().settings
    store = context.store(settings)
    try:
        actor(store, "alert")
        store.outbox.again(number, now())
    except (LookupError, ValueError) as error:
        raise click.ClickException(str(error.args[0])) from None
    finally:
        store.close()
    click.echo(f"message {number} will be tried again")


def fate(owed: Owed, zone: ZoneInfo) -> str:
    """What became of a message, in words."""
    why = f"; {owed.last_error}" if owed.last_error else ""
    if owed.sent_at is not None:
        return f"sent {moment(owed.sent_at, zone)}{_tries(owed.tries)}"
    if owed.failed_at is not None:
        return f"given up {moment(owed.failed_at, zone)} after {owed.tries} tries{why}"
    return f"waits for its {_ordinal(owed.tries + 1)} try, from {moment(owed.next_try, zone)} on{why}"


def _tries(count: int) -> str:
    return f" at the {_ordinal(count)} try" if count > 1 else ""


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _document(owed: Owed) -> dict[str, object]:
    sent, failed = owed.sent_at, owed.failed_at
    return {
        "no": owed.no,
        "channel": owed.channel,
        "address": label(owed.target),
        "type": owed.message.type,
        "title": owed.message.title,
        "owed_since": format_instant(owed.created_at),
        "state": "sent" if sent is not None else "given up" if failed is not None else "waiting",
        "tries": owed.tries,
        "sent_at": None if sent is None else format_instant(sent),
        "given_up_at": None if failed is None else format_instant(failed),
        "next_try": format_instant(owed.next_try) if sent is None and failed is None else None,
        "error": owed.last_error,
    }
