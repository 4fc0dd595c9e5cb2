"""`janji incident list`, `show`, `templates`: what there is."""

import click

from monitor.cli.context import Context, now
from monitor.cli.incident_desk import desk_of, incident_argument
from monitor.cli.moments import moment
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.incident import ENGLISH, in_language
from monitor.core.incident_template import templates
from monitor.reports import incident_words as words


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="What is resolved or merged too.")
@json_option
@click.pass_obj
def show_all(context: Context, everything: bool, as_json: bool) -> None:
    """List the incidents that are open, drafts too, and those whose post-mortem is due; the newest first.

    \b
    Example:
      janji incident list --all
    """
    with desk_of(context, reading=True) as desk:
        at = now()
        known = desk.store.incidents.all().values()
        found = [item for item in known if everything or item.open or words.due(desk.settings, item, at)]
        found.sort(key=lambda item: (-item.started, item.id))
        if as_json:
            write_json([words.document(desk.settings, item, desk.measured(item), at) for item in found])
            return
        if not found:
            click.echo("No incident is open.")
            return
        rows = [
            (
                item.id,
                words.status(item),
                words.severity(desk.settings, item).label,
                moment(item.started, desk.zone),
                ", ".join(item.components) or "–",
                words.due(desk.settings, item, at) or "–",
                in_language(item.title, ENGLISH),
            )
            for item in found
        ]
        write_table(("ID", "STATUS", "SEVERITY", "SINCE", "COMPONENTS", "DUE NEXT", "TITLE"), rows)


@click.command("show")
@incident_argument
@click.option("--history", is_flag=True, help="Edits, links and merges too.")
@json_option
@click.pass_obj
def show(context: Context, id_: str, history: bool, as_json: bool) -> None:
    """Show one incident: impact over time, measured outages, clocks, and who said what.

    \b
    Example:
      janji incident show k7m2qx --history
    """
    with desk_of(context, reading=True) as desk:
        incident, at = desk.one(id_), now()
        measured = desk.measured(incident)
        if as_json:
            write_json(words.document(desk.settings, incident, measured, at))
            return
        for line in words.lines(desk.settings, incident, measured, at, history=history):
            click.echo(line)


@click.command("templates")
@json_option
@click.pass_obj
def show_templates(context: Context, as_json: bool) -> None:
    """List the words that are ready: those that are built in, and those of the settings.

    \b
    Example:
      janji incident templates
    """
    settings = context.load().settings
    found = templates(settings.incidents.own_templates()).values()
    if as_json:
        write_json([{"id": item.id, "title": dict(item.title), "text": dict(item.text)} for item in found])
        return
    rows = [(item.id, in_language(item.title, ENGLISH) or "–", in_language(item.text, ENGLISH)) for item in found]
    write_table(("NAME", "TITLE", "TEXT"), rows)


COMMANDS = (show_all, show, show_templates)
