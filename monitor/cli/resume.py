"""`janji resume`: ends a pause before its time."""

from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.output import json_option, write_json
from monitor.reports import pause_words as words


@click.command("resume")
@click.argument("component")
@json_option
@click.pass_obj
def command(context: Context, component: str, as_json: bool) -> None:
    """Probe a paused component again, from its next slot on. A token needs the scope pause.

    \b
    Example:
      janji resume database
    """
    settings, at = context.load().settings, now()
    store = context.store(settings)
    try:
        ended = store.pauses.resume(component, now=at, actor=actor(store, "pause"))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    said = words.resumed(ended, ZoneInfo(settings.page.zone))
    if as_json:
        write_json({**words.document(ended, at), "says": [said]})
    else:
        click.echo(said)
