"""`janji hubs`: which hubs work on the database, and which of them leads."""

import sys
from typing import Any

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.calendar import format_instant
from monitor.core.model import Seconds
from monitor.storage.engine import holder
from monitor.storage.leading import Hub, hubs

_HEAD = ("HUB", "ROLE", "LAST SEEN", "STARTED", "VERSION", "SETTINGS")


@click.command("hubs")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """List the hubs on this database that were seen within a day, the one that leads first.

    Exit code 1: none leads. On SQLite there is one hub, or none.

    \b
    Example:
      janji hubs --json
    """
    settings = context.load().settings
    store = context.reading(settings)
    try:
        alone = store.engine.dialect.name == "sqlite"
        process = holder(store.engine) if alone else None
        found = [] if alone else hubs(store.engine)
    finally:
        store.close()
    at = now()
    if as_json:
        write_json([{"process": process, "role": "leads"}] if process else [_document(hub, at) for hub in found])
    elif alone:
        click.echo(f"One hub works on this database, process {process}." if process else "No hub works on it.")
    else:
        write_table(_HEAD, [_line(hub, at) for hub in found])
    if not process and not any(hub.leads and not hub.is_silent(at) for hub in found):
        sys.exit(1)


def _role(hub: Hub, at: Seconds) -> str:
    if hub.is_silent(at):
        return "silent"
    return "leads" if hub.leads else "follows"


def _document(hub: Hub, at: Seconds) -> dict[str, Any]:
    return {
        "name": hub.name,
        "role": _role(hub, at),
        "seen_at": format_instant(hub.seen_at),
        "started_at": format_instant(hub.started_at),
        "version": hub.version,
        "settings": hub.settings,
    }


def _line(hub: Hub, at: Seconds) -> tuple[str, ...]:
    document = _document(hub, at)
    return (*(str(document[key]) for key in ("name", "role", "seen_at", "started_at", "version")), hub.settings[:12])
