"""`janji pause`: a component is not probed for a while; without one, the list of pauses."""

from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.moments import parse_length, parse_time
from monitor.cli.output import json_option, write_json, write_table
from monitor.cli.tables import books, known
from monitor.core.model import Seconds
from monitor.reader.pausing import check_paused, wanted
from monitor.reports import pause_words as words


@click.command("pause")
@click.argument("component", required=False)
@click.option("--until", metavar="TIME", help="2026-11-29 01:00 in the page's zone, or with Z; or give --for.")
@click.option("--for", "lasts", metavar="DURATION", help="How long it lasts: 30m, 2h.")
@click.option("--reason", default="", metavar="TEXT", help="Why; for auditors, not on the page.")
@json_option
@click.pass_obj
def command(
    context: Context, component: str | None, until: str | None, lasts: str | None, reason: str, as_json: bool
) -> None:
    """Do not probe a component until a moment: its time is unknown, and no alert is raised of it.

    Without a component, list the pauses. A pause begins now and changes nothing before; it is entered in the ledger.
    A token needs the scope pause. `janji resume COMPONENT` ends it sooner.

    \b
    Example:
      janji pause database --until "2026-11-29 03:00" --reason "Moved to another data centre"
      janji pause
    """
    if component is None and (until or lasts or reason):
        raise click.UsageError("name the component that is to be paused")
    if component is None:
        _list(context, as_json)
        return
    settings, at = context.load().settings, now()
    zone = ZoneInfo(settings.page.zone)
    end = _end(at, until, lasts, zone)
    with known():
        check_paused(settings, component)
    store = context.store(settings)
    try:
        pause = wanted(component, end, reason, now=at, actor=actor(store, "pause"))
        stored = store.pauses.append(pause)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    said = words.done(stored, zone)
    if as_json:
        write_json({**words.document(stored, at), "says": [said]})
    else:
        click.echo(said)


def _end(at: Seconds, until: str | None, lasts: str | None, zone: ZoneInfo) -> Seconds:
    if until is not None and lasts is None:
        return parse_time(until, zone)
    if lasts is not None and until is None:
        return at + parse_length(lasts)
    raise click.UsageError("give --until, or --for")


def _list(context: Context, as_json: bool) -> None:
    at = now()
    with books(context) as held:
        found = held.store.pauses.all()
    if as_json:
        write_json([words.document(item, at) for item in found])
    elif found:
        write_table(words.HEAD, [words.row(item, held.zone, at) for item in found])
    else:
        click.echo("Nothing was ever paused.")
