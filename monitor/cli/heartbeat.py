"""`janji heartbeat`: the jobs that send beats, and how they are."""

import sys

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.model import State


@click.command("heartbeat")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """List the heartbeats: what each job said last, when its next beat is due, and the tokens it sends them with.

    A job gets its address from `janji token create NAME --scope heartbeat:COMPONENT/CHECK`.
    Exit code 1: a job is down, its beat is overdue or it said that it failed.

    \b
    Example:
      janji heartbeat --json
    """
    from monitor.reader.heartbeats import heartbeats
    from monitor.reports import heartbeat_words as words

    settings = context.load().settings
    store = context.reading(settings)
    try:
        found = heartbeats(store, settings, now())
    finally:
        store.close()
    if as_json:
        write_json([words.document(item) for item in found])
    elif found:
        write_table(words.HEAD, [words.line(item) for item in found])
    else:
        click.echo("The settings have no check of kind heartbeat.")
    if any(item.state is State.DOWN for item in found):
        sys.exit(1)
