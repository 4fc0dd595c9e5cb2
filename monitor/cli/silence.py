"""`janji silence`: hold alerts back for a while, with a reason. Figures are not touched by it."""

from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.moments import moment, parse_length, parse_time
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.alerting.episode import Silence
from monitor.reports import alert_rows
from monitor.settings.hub import Settings
from monitor.settings.wording import near


@click.group("silence")
def command() -> None:
    """Hold alerts of components back until a moment; what is still wrong then is told.

    Probing and figures go on as ever. Each silence stands in the ledger with its reason.
    """


@command.command("set")
@click.argument("components", nargs=-1, metavar="[COMPONENT]...")
@click.option("--for", "lasts", metavar="DURATION", help="How long, from now: 30m, 2h.")
@click.option("--until", metavar="TIME", help="Or until when: 2026-11-29 01:00 in the page's zone, or with Z.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; others read it while the alert is missing.")
@json_option
@click.pass_obj
def add(
    context: Context, components: tuple[str, ...], lasts: str | None, until: str | None, reason: str, as_json: bool
) -> None:
    """Hold back alerts of these components, or of all when none is named.

    \b
    Example:
      janji silence set api database --for 2h --reason "moving racks"
    """
    settings = context.load().settings
    _check(components, settings)
    zone, at = ZoneInfo(settings.page.zone), now()
    if (lasts is None) == (until is None):
        raise click.UsageError("give either --for or --until")
    end = at + parse_length(lasts) if lasts is not None else parse_time(until or "", zone)
    if end <= at:
        raise click.UsageError("that is over already; give a time to come")
    if not reason.strip():
        raise click.UsageError("give a reason in words")
    store = context.store(settings)
    try:
        wanted = Silence(0, tuple(dict.fromkeys(components)), at, end, reason.strip(), actor(store, "alert"))
        made = store.alerts.silences.add(wanted)
    finally:
        store.close()
    if as_json:
        write_json(alert_rows.silence_document(made, at))
    else:
        click.echo(f"silence {made.no}: {_about(made)} until {moment(made.until, zone)}")


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@json_option
@click.pass_obj
def show_all(context: Context, everything: bool, as_json: bool) -> None:
    """Show the silences that hold.

    \b
    Example:
      janji silence list
    """
    settings, at = context.load().settings, now()
    zone = ZoneInfo(settings.page.zone)
    store = context.reading(settings)
    try:
        found = store.alerts.silences.all(None if everything else at)
    finally:
        store.close()
    if as_json:
        write_json([alert_rows.silence_document(item, at) for item in found])
    elif not found:
        click.echo("No alerts are silenced.")
    else:
        rows = [(str(item.no), _about(item), moment(_end(item), zone), item.by, item.reason) for item in found]
        write_table(("NO", "COMPONENTS", "UNTIL", "BY", "REASON"), rows)


@command.command("end")
@click.argument("number", type=click.IntRange(min=1), metavar="NO")
@json_option
@click.pass_obj
def end(context: Context, number: int, as_json: bool) -> None:
    """End a silence now: what it held back and is still wrong is told.

    \b
    Example:
      janji silence end 3
    """
    settings, at = context.load().settings, now()
    store = context.store(settings)
    try:
        ended = store.alerts.silences.end(number, now=at, actor=actor(store, "alert"))
    except (LookupError, ValueError) as error:
        raise click.ClickException(str(error.args[0])) from None
    finally:
        store.close()
    if as_json:
        write_json(alert_rows.silence_document(ended, at))
    else:
        click.echo(f"silence {number} is over")


def _check(components: tuple[str, ...], settings: Settings) -> None:
    known = [component.id for component in settings.components]
    for name in components:
        if name not in known:
            raise click.UsageError(f"there is no component {name}; {near(name, known)}")


def _about(silence: Silence) -> str:
    return ", ".join(silence.components) or "all components"


def _end(silence: Silence) -> int:
    return silence.until if silence.ended_at is None else min(silence.until, silence.ended_at)
