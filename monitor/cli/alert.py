"""`janji alert`: tries a channel now, and shows what became of the messages that were owed."""

import sys
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context
from monitor.cli.moments import moment
from monitor.cli.output import json_option, write_json, write_table
from monitor.cli.sending import addresses, label, send_now
from monitor.core.alert import Message
from monitor.core.calendar import format_instant
from monitor.storage.outbox import Owed


@click.group("alert")
def command() -> None:
    """Try a channel, and see what became of alerts."""


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
@json_option
@click.pass_obj
def show_all(context: Context, limit: int, as_json: bool) -> None:
    """Show the newest messages and what became of each.

    \b
    Example:
      janji alert list --limit 50
    """
    settings = context.load().settings
    zone = ZoneInfo(settings.page.zone)
    store = context.reading(settings)
    try:
        found = store.outbox.all(limit)
    finally:
        store.close()
    if as_json:
        write_json([_document(owed) for owed in found])
    elif not found:
        click.echo("No alerts so far.")
    else:
        rows = [
            (
                moment(owed.created_at, zone),
                owed.message.title,
                f"{owed.channel}: {label(owed.target)}",
                fate(owed, zone),
            )
            for owed in found
        ]
        write_table(("OWED SINCE", "MESSAGE", "TO", "WHAT BECAME OF IT"), rows)


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
