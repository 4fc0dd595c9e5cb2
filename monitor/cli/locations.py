"""`janji locations`: which places probe, and whether they do."""

import sys

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json, write_table


@click.command("locations")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """List the locations: when each was last heard of, what it holds back, and its own answers of the last 24 hours.

    OWN ANSWERS is the share of good ones among what the location itself saw; no figure is made of it.
    Exit code 1: a location is silent, nothing was heard of its agent for three minutes.

    \b
    Example:
      janji locations --json
    """
    from monitor.reader.locations import locations, silent_names
    from monitor.reports import location_words as words

    settings = context.load().settings
    store = context.reading(settings)
    try:
        found = locations(store, settings, now())
    finally:
        store.close()
    if as_json:
        write_json([words.document(item) for item in found])
    else:
        write_table(words.HEAD, [words.line(item) for item in found])
    if silent_names(found):
        sys.exit(1)
