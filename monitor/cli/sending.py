"""Sending a message to a channel by hand: now, to every address, with what became of each; nothing is stored."""

import asyncio
from collections.abc import Sequence

import click

from monitor.cli.context import lookup
from monitor.cli.output import write_json
from monitor.core.alert import Message
from monitor.core.secret import SecretMissing, references, resolve
from monitor.notify.deliver import Delivery, deliver, shown
from monitor.settings.hub import Settings
from monitor.settings.wording import near


def addresses(settings: Settings, channel: str) -> Sequence[str]:
    """The addresses of a channel. Raises click.UsageError naming the nearest to one that is not there."""
    if channel not in settings.alerts.channels:
        raise click.UsageError(f"there is no channel {channel}; {near(channel, list(settings.alerts.channels))}")
    return settings.alerts.channel(channel).to


def send_now(targets: Sequence[str], message: Message, *, as_json: bool) -> int:
    """Sends, and tells of each address what became of it. The exit code: 0, or 1 where one or more did not take it."""
    outcomes = asyncio.run(_send_all(targets, message))
    results = [(label(target), outcome) for target, outcome in zip(targets, outcomes, strict=True)]
    if as_json:
        write_json([{"address": name, "sent": item.delivered, "error": item.error} for name, item in results])
    else:
        for name, item in results:
            click.echo(f"sent to {name}" if item.delivered else f"NOT sent to {name}: {item.error}")
    return 0 if all(item.delivered for _, item in results) else 1


def label(target: str) -> str:
    """An address for a reader: the reference as the settings write it, or Apprise's private form of it."""
    return target if references(target) else shown(target)


async def _send_all(targets: Sequence[str], message: Message) -> list[Delivery]:
    return await asyncio.gather(*(_send(target, message) for target in targets))


async def _send(target: str, message: Message) -> Delivery:
    try:
        url = resolve(target, lookup)
    except SecretMissing as error:
        return Delivery(delivered=False, error=f"the secret {error} is not set")
    return await deliver(url, message)
