"""`janji incident`: opens incidents, says how they go, and ends them; each step once, with who said it."""

from dataclasses import replace
from typing import Any

import click

from monitor.cli import incident_edit, incident_look
from monitor.cli.context import Context, now
from monitor.cli.incident_desk import Desk, desk_of, incident_argument, options
from monitor.cli.moments import parse_time
from monitor.cli.output import json_option
from monitor.core.incident import Incident, IncidentEvent, Phase, new_id
from monitor.core.incident_fold import standing
from monitor.reader.telling import Asked, measured_now, opening, publication, update

_quiet = click.option("--quiet", is_flag=True, help="Show it on the page, and tell no subscriber.")


@click.group("incident")
def command() -> None:
    """Tell customers what is wrong, how it goes, and what was learned.

    Texts are Markdown. Everything is kept as it was said, with who said it; an edit keeps what stood before.
    """


@command.command("open")
@options(
    "title", "title_in", "text", "text_in", "template", "components", "phase", "severity", "since", "at", "next_update"
)
@click.option("--draft", is_flag=True, help="Customers do not see it before you publish it.")
@click.option("--resolved", metavar="TIME", help="It is over since then: fill in a past incident.")
@_quiet
@json_option
@click.pass_obj
def open_(context: Context, /, draft: bool, resolved: str | None, quiet: bool, as_json: bool, **said: Any) -> None:
    """Open an incident. What we measure of its components is linked to it, and where they are down, says since when.

    \b
    Examples:
      janji incident open --component web=degraded --title "Slow page loads" -m "Up to 8 s."
      janji incident open --template outage --component api --next-update 30m
      janji incident open --template outage --component api --since "2026-11-20 09:12" --resolved "2026-11-20 10:20"
    """
    with desk_of(context) as desk:
        at = now()
        asked = desk.asked(at, **said)
        if resolved is not None and asked.since is None:
            raise click.UsageError("a past incident needs its beginning; give --since")
        if resolved is not None:
            asked = replace(asked, at=asked.at or asked.since)
        actor = desk.actor()
        event = _event(desk, asked, at, actor, public=not draft)
        id_ = new_id([dict(event.title), actor, at], desk.store.incidents.all())
        events = [(id_, event)]
        if resolved is not None:
            events.append((id_, _resolution(desk, id_, event, parse_time(resolved, desk.zone), actor)))
        incident = desk.write(*events, quiet=quiet)
        desk.answer(incident, as_json, *_opened(incident))


@command.command("update")
@incident_argument
@options("text", "text_in", "template", "phase", "components", "severity", "at", "next_update")
@_quiet
@json_option
@click.pass_obj
def update_(context: Context, /, id_: str, quiet: bool, as_json: bool, **said: Any) -> None:
    """Say more. A phase after `resolved` opens it again.

    \b
    Example:
      janji incident update k7m2qx --phase identified -m "A report query holds connections." --next-update 30m
    """
    with desk_of(context) as desk:
        before, at = desk.one(id_), now()
        desk.answer(_written(desk, before, desk.asked(at, **said), at, quiet=quiet), as_json)


@command.command("resolve")
@incident_argument
@options("text", "text_in", "template", "at")
@_quiet
@json_option
@click.pass_obj
def resolve(context: Context, /, id_: str, quiet: bool, as_json: bool, **said: Any) -> None:
    """Say that it is over; without a text, in the words of the template `resolved`.

    \b
    Example:
      janji incident resolve k7m2qx -m "Reports run on the replica now."
    """
    with desk_of(context) as desk:
        before, at = desk.one(id_), now()
        if said["text"] is None and said["template"] is None:
            said["template"] = "resolved"
        asked = desk.asked(at, **{**said, "phase": Phase.RESOLVED.value})
        desk.answer(_written(desk, before, asked, at, quiet=quiet), as_json)


@command.command("publish")
@incident_argument
@options("title", "title_in", "next_update")
@_quiet
@json_option
@click.pass_obj
def publish(context: Context, /, id_: str, quiet: bool, as_json: bool, **said: Any) -> None:
    """Show a draft to customers, with everything that was said in it.

    \b
    Example:
      janji incident publish k7m2qx --next-update 30m
    """
    with desk_of(context) as desk:
        before, at = desk.one(id_), now()
        asked = desk.asked(at, **said)
        event = publication(desk.settings, before, asked, now=at, actor=desk.actor())
        desk.answer(desk.write((id_, event), quiet=quiet), as_json)


for _each in (*incident_edit.COMMANDS, *incident_look.COMMANDS):
    command.add_command(_each)


def _event(desk: Desk, asked: Asked, at: int, actor: str, *, public: bool) -> IncidentEvent:
    measured = measured_now(desk.store, asked.impacts)
    try:
        return opening(desk.settings, asked, measured, now=at, actor=actor, public=public)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _resolution(desk: Desk, id_: str, opened: IncidentEvent, over: int, actor: str) -> IncidentEvent:
    asked = Asked(template="resolved", phase=Phase.RESOLVED, at=over)
    return update(desk.settings, standing(id_, [opened]), asked, now=opened.entered_at, actor=actor)


def _written(desk: Desk, before: Incident, asked: Asked, at: int, *, quiet: bool) -> Incident:
    try:
        event = update(desk.settings, before, asked, now=at, actor=desk.actor())
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return desk.write((before.id, event), quiet=quiet)


def _opened(incident: Incident) -> list[str]:
    if incident.public:
        return []
    return [f"A draft: customers do not see it. Show it with: janji incident publish {incident.id}"]
