"""`janji incident edit`, `merge`, `postmortem`: what changes an incident after it was said, and what was learned."""

from pathlib import Path
from typing import Any

import click

from monitor.cli.context import Context, now
from monitor.cli.incident_desk import OTHER_LANGUAGES, desk_of, incident_argument, options, read_file
from monitor.cli.output import json_option
from monitor.core.incident import ENGLISH, Action, IncidentEvent
from monitor.core.postmortem import read
from monitor.reader.telling import merging
from monitor.reports.postmortem_draft import draft


@click.command("edit")
@incident_argument
@click.option(
    "--update", "number", type=click.IntRange(min=1), metavar="NUMBER", help="The one to change; `show` has them."
)
@options("text", "text_in", "title", "title_in", "severity", "since")
@click.option("--notify", is_flag=True, help="Tell subscribers of the change; else it only stands on the page.")
@json_option
@click.pass_obj
def edit(context: Context, /, id_: str, number: int | None, notify: bool, as_json: bool, **said: Any) -> None:
    """Change what was said; what stood before is kept, and subscribers are not told again.

    \b
    Examples:
      janji incident edit k7m2qx --update 2 -m "Two report queries hold connections."
      janji incident edit k7m2qx --title "Slow page loads" --since "2026-11-23 09:05"
    """
    if (number is None) == bool(said["text"] or said["text_in"]):
        raise click.UsageError("a text belongs to an update; give --update NUMBER and --text, or neither")
    with desk_of(context) as desk:
        desk.one(id_)
        at = now()
        asked = desk.asked(at, **said)
        event = IncidentEvent(
            at,
            desk.actor(),
            Action.EDIT,
            at,
            since=asked.since,
            title=asked.title,
            text=asked.text,
            severity=asked.severity,
            number=number,
        )
        desk.answer(desk.write((id_, event), again=notify), as_json)


@click.command("merge")
@incident_argument
@click.argument("into", metavar="INTO")
@json_option
@click.pass_obj
def merge(context: Context, id_: str, into: str, as_json: bool) -> None:
    """Put one incident into another, which takes over its components and outages. Its own address leads there.

    \b
    Example:
      janji incident merge p3x9wd k7m2qx
    """
    with desk_of(context) as desk:
        gone, kept = desk.one(id_), desk.one(into)
        try:
            events = merging(gone, kept, now=now(), actor=desk.actor())
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        desk.answer(desk.write(*events), as_json)


@click.command("postmortem")
@incident_argument
@click.option("--file", "path", type=click.Path(path_type=Path), help="Markdown to keep; - for stdin.")
@click.option("--language", default=ENGLISH, type=click.Choice([ENGLISH, *OTHER_LANGUAGES]), help="Of the file.")
@click.option("--publish", is_flag=True, help="Show it on the page; it has to be complete.")
@json_option
@click.pass_obj
def postmortem(context: Context, id_: str, path: Path | None, language: str, publish: bool, as_json: bool) -> None:
    """Write what happened, why, and what is done about it. Without a file: print a draft to begin with.

    Sections: Timeline, Root cause, Contributing factors, Preventive actions; each action with an owner and a date.
    What is missing is said; a draft may miss something, what is published may not.

    \b
    Examples:
      janji incident postmortem k7m2qx > postmortem.md
      janji incident postmortem k7m2qx --file postmortem.md
      janji incident postmortem k7m2qx --publish
    """
    with desk_of(context, reading=path is None and not publish) as desk:
        incident = desk.one(id_)
        written = dict(incident.postmortem.text) if incident.postmortem is not None else {}
        if path is None and not publish:
            click.echo(written.get(language) or draft(incident, desk.measured(incident), desk.zone), nl=False)
            return
        if path is not None:
            written[language] = read_file(path)
        if ENGLISH not in written:
            raise click.UsageError("there is no post-mortem yet; give --file")
        missing = [f"{name}: {sentence}" for name, text in written.items() for sentence in read(text).wrong]
        if publish and missing:
            raise click.ClickException("it is not complete; " + "; ".join(missing))
        at = now()
        event = IncidentEvent(at, desk.actor(), Action.POSTMORTEM, at, text=written, public=publish)
        desk.answer(desk.write((id_, event)), as_json, *(f"Missing: {sentence}" for sentence in missing))


COMMANDS = (edit, merge, postmortem)
