"""`janji locations`: which places probe, and whether they do."""

import sys

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json, write_table


@click.command("locations")
@json_option
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """List the locations: when each was last heard of, what ails it and what it holds back, its own answers of a day.

    \b
    TROUBLE      silent: nothing was heard of its agent for three minutes; blind: none of its control targets
                 answers it; skewed: its clock is too far off for what it sees to count
    DROPPED      results ever given up for want of room or for their age, by its agents or by the hub's own spool, and
                 when that was first heard of; --json tells when there last were more
    OWN ANSWERS  the share of good ones among what the location itself saw in 24 hours; no figure is made of it

    Exit code 1: a location has a trouble, so that it does not report.

    \b
    Example:
      janji locations --json
    """
    from monitor.reader.locations import ailing_names, locations
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
    if ailing_names(found):
        sys.exit(1)
