"""`janji subscribers`: who gets updates, what is kept of one of them, and how it is forgotten."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor
from monitor.cli.moments import moment
from monitor.cli.output import json_option, write_json, write_table
from monitor.reports import subscriber_rows as rows


@click.group("subscribers")
def command() -> None:
    """Who subscribed to the page. Addresses are in clear in `export` alone.

    A token needs the scope subscribers.
    """


@command.command("list")
@json_option
@click.pass_obj
def show_all(context: Context, as_json: bool) -> None:
    """List subscriptions, their addresses shortened, with why one ended by itself.

    \b
    Example:
      janji subscribers list
    """
    settings = context.load().settings
    zone = ZoneInfo(settings.page.zone)
    store = context.reading(settings)
    try:
        found = store.subscribers.all()
    finally:
        store.close()
    if as_json:
        write_json([rows.document(item) for item in found])
    elif not found:
        click.echo("Nobody has subscribed.")
    else:
        head = ("NO", "HOW", "ADDRESS", "SERVICES", "LANGUAGE", "CONFIRMED", "ENDED BY ITSELF")
        write_table(head, [rows.row(item, lambda instant: moment(instant, zone)) for item in found])


@command.command("export")
@click.argument("address", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_obj
def export(context: Context, address: str | None, output: Path | None) -> None:
    """Write all that is kept of an address, or of everybody, as JSON. It holds addresses in clear.

    \b
    Example:
      janji subscribers export budi@example.com -o budi.json
    """
    settings = context.load().settings
    store = context.reading(settings)
    try:
        actor(store, "subscribers")
        chosen = [item for item in store.subscribers.all() if address in (None, item.address)]
        found = [rows.whole(item, store.subscribers.history(item.no)) for item in chosen]
    finally:
        store.close()
    if address is not None and not found:
        raise click.ClickException("nothing is kept of this address")
    if output is None:
        write_json(found)
        return
    output.write_text(rows.written(found), encoding="utf-8")
    click.echo(f"{output}: {len(found)} subscription{'' if len(found) == 1 else 's'}, addresses in clear")


@command.command("erase")
@click.argument("address")
@json_option
@click.pass_obj
def erase(context: Context, address: str, as_json: bool) -> None:
    """End every subscription of an address, and remove all that is kept of it.

    \b
    Example:
      janji subscribers erase budi@example.com
    """
    settings = context.load().settings
    store = context.store(settings)
    try:
        actor(store, "subscribers")
        count = store.subscribers.erase(address)
    finally:
        store.close()
    if as_json:
        write_json({"erased": count})
    elif count:
        click.echo(f"{count} subscription{'' if count == 1 else 's'} of this address ended; nothing is kept of it")
    else:
        raise click.ClickException("nothing is kept of this address")
