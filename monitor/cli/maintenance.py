"""`janji maintenance`: announces planned work, changes and ends it, and says at once what each step is worth.

Writes requests only: a notice is stamped by the hub when it is on the page, never here.
"""

import click

from monitor.cli import maintenance_change
from monitor.cli.confirm import confirm, yes_option
from monitor.cli.context import Context
from monitor.cli.maintenance_desk import answer, desk_of, period_of
from monitor.cli.maintenance_repeat import announce_series, cancel_series
from monitor.cli.moments import asked_at, ended_at, moment, parse_length, parse_time
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.model import Interval
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.reader.announced import new_id, planned
from monitor.reports import notice_words as words

_component = click.option("--component", "components", multiple=True, metavar="ID", help="A component; repeat it.")
_start = click.option("--start", metavar="TIME", help="2026-11-29 01:00 in the page's zone, or with Z or an offset.")
_end = click.option("--end", metavar="TIME", help="When it ends; or give --for.")
_for = click.option("--for", "lasts", metavar="DURATION", help="How long it lasts: 90m, 2h.")
_title = click.option("--title", help="What customers read.")
_description = click.option("--description", help="What customers read below the title.")
_wait = click.option(
    "--wait", default="5s", show_default=True, metavar="DURATION", help="How long to wait for the page to show it."
)


@click.group("maintenance")
def command() -> None:
    """Announce planned work, change it, end it.

    Work that is announced seven days before its start does not count as downtime. Probing goes on all the same.
    """


@command.command("announce")
@_component
@_start
@_end
@_for
@_title
@_description
@click.option("--repeat", metavar="RRULE", help="Again and again: FREQ=WEEKLY;BYDAY=SU;UNTIL=20270301.")
@_wait
@yes_option
@json_option
@click.pass_obj
def announce(
    context: Context,
    components: tuple[str, ...],
    start: str | None,
    end: str | None,
    lasts: str | None,
    title: str | None,
    description: str | None,
    repeat: str | None,
    wait: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Announce planned work, and say whether its time will count.

    With --repeat every occurrence of at most 13 months is announced, each a maintenance of its own.

    \b
    Examples:
      janji maintenance announce --component database --start "2026-11-29 01:00" --for 2h --title "Database upgrade"
      janji maintenance announce --component database --start "2026-12-06 01:00" --for 1h --title Patches \\
        --repeat "FREQ=MONTHLY;BYDAY=1SU"
    """
    if not components or start is None or not (title or "").strip():
        raise click.UsageError("a maintenance needs --component, --start, --end (or --for) and --title")
    waiting = parse_length(wait)
    with desk_of(context) as desk:
        begins, ends = period_of(desk.zone, parse_time(start, desk.zone), end, lasts, None)
        if ends <= asked_at():
            raise click.UsageError(f"this would have ended already, {moment(ends, desk.zone)}; look at the date")
        text = (title or "").strip()
        if repeat is not None:
            said = (desk.known(components), text, description or "")
            announce_series(desk, repeat, Interval(begins, ends), said, waiting, yes=yes, as_json=as_json)
            return
        id_ = new_id(text, begins, desk.zone, desk.all())
        event = NoticeEvent(
            asked_at(), NoticeAction.ANNOUNCE, begins, ends, desk.known(components), text, description or ""
        )
        confirm(words.verdicts(desk.settings, event.at, begins, event.components or ()), yes=yes)
        record = desk.published(desk.append(id_, event), waiting)
        stored = desk.one(id_)
        says = [*words.verdicts(desk.settings, record.event.at, begins, stored.says.components), *desk.capped(stored)]
        answer(desk, stored, record, [f"{id_}: {words.period(stored.says, desk.zone)}", *says], as_json)


@command.command("revise")
@click.argument("id_", metavar="ID")
@_component
@_start
@_end
@_for
@_title
@_description
@_wait
@yes_option
@json_option
@click.pass_obj
def revise(
    context: Context,
    id_: str,
    components: tuple[str, ...],
    start: str | None,
    end: str | None,
    lasts: str | None,
    title: str | None,
    description: str | None,
    wait: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Change an announced maintenance; what is not named stays as it was.

    What lies outside the period announced before is a new notice with a notice period of its own.

    \b
    Example:
      janji maintenance revise m-2026-11-29-database-upgrade --end "2026-11-29 04:00"
    """
    if not components and all(value is None for value in (start, end, lasts, title, description)):
        raise click.UsageError("there is nothing to change; name --start, --end, --component, --title or --description")
    if title is not None and not title.strip():
        raise click.UsageError("a maintenance keeps a title; leave --title out to keep the one it has")
    waiting = parse_length(wait)
    with desk_of(context) as desk:
        before = desk.one(id_)
        now = before.says
        begins = now.start if start is None else parse_time(start, desk.zone)
        begins, ends = period_of(desk.zone, begins, end, lasts, now.end)
        event = NoticeEvent(
            before.not_before(asked_at()),
            NoticeAction.REVISE,
            begins if begins != now.start else None,
            ends if ends != now.end else None,
            desk.known(components) or None,
            title,
            description,
        )
        confirm(desk.consequences(before, event), yes=yes)
        record = desk.published(desk.append(id_, event), waiting)
        stored = desk.one(id_)
        says = [*words.consequences(stored.events[:-1], stored.events, desk.zone), *desk.capped(stored)]
        answer(desk, stored, record, [f"{id_}: {words.period(stored.says, desk.zone)}", *says], as_json)


@command.command("complete")
@click.argument("id_", metavar="ID")
@yes_option
@json_option
@click.pass_obj
def complete(context: Context, id_: str, yes: bool, as_json: bool) -> None:
    """Say that the work is done: from now on downtime counts again.

    \b
    Example:
      janji maintenance complete m-2026-11-29-database-upgrade
    """
    _end_it(context, id_, NoticeAction.COMPLETE, yes=yes, as_json=as_json)


@command.command("cancel")
@click.argument("id_", metavar="ID")
@click.option("--series", is_flag=True, help="All that is still to come of its recurrence.")
@yes_option
@json_option
@click.pass_obj
def cancel(context: Context, id_: str, series: bool, yes: bool, as_json: bool) -> None:
    """Call the work off. After its start this is the same as completing it.

    \b
    Examples:
      janji maintenance cancel m-2026-11-29-database-upgrade
      janji maintenance cancel m-2026-12-06-patches --series
    """
    if series:
        with desk_of(context) as desk:
            desk.one(id_)
            cancel_series(desk, id_, ended_at(), yes=yes, as_json=as_json)
        return
    _end_it(context, id_, NoticeAction.CANCEL, yes=yes, as_json=as_json)


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="What is over, completed or cancelled too.")
@json_option
@click.pass_obj
def show_all(context: Context, everything: bool, as_json: bool) -> None:
    """List what is announced or under way.

    \b
    Example:
      janji maintenance list --all
    """
    with desk_of(context, reading=True) as desk:
        now = ended_at()
        found = planned(desk.store.notices.all(), now, everything=everything)
        if as_json:
            write_json([words.document(item, now) for item in found])
            return
        if not found:
            click.echo("No maintenance is planned.")
            return
        rows = [
            (
                item.id,
                item.status(now),
                words.period(item.says, desk.zone),
                ", ".join(item.says.components),
                words.worth(item),
            )
            for item in found
        ]
        write_table(("ID", "STATUS", "PERIOD", "COMPONENTS", "ITS TIME"), rows)


@command.command("show")
@click.argument("id_", metavar="ID")
@json_option
@click.pass_obj
def show(context: Context, id_: str, as_json: bool) -> None:
    """Show one maintenance: its notices and what was done when, by whom.

    \b
    Example:
      janji maintenance show m-2026-11-29-database-upgrade
    """
    with desk_of(context, reading=True) as desk:
        stored, now = desk.one(id_), ended_at()
        if as_json:
            write_json(words.document(stored, now))
            return
        click.echo(f"{stored.says.title} ({id_}): {stored.status(now)}")
        click.echo(f"  {words.period(stored.says, desk.zone)}: {', '.join(stored.says.components)}")
        if stored.says.description:
            click.echo(f"  {stored.says.description}")
        for line in words.pieces(stored, desk.zone):
            click.echo(f"  {line}")
        for record in stored.records:
            state = "" if record.published else " (not published yet)"
            click.echo(f"  {moment(record.event.at, desk.zone)}: {record.event.action.value} by {record.actor}{state}")


for _each in maintenance_change.COMMANDS:
    command.add_command(_each)


def _end_it(context: Context, id_: str, action: NoticeAction, *, yes: bool, as_json: bool) -> None:
    with desk_of(context) as desk:
        before = desk.one(id_)
        if not before.published:
            raise click.ClickException(
                "its announcement or a change of it is not published yet, and what was never shown cannot be ended; "
                "start the hub with `janji up` and do this again"
            )
        event = NoticeEvent(before.not_before(ended_at()), action)
        confirm(desk.consequences(before, event), yes=yes)
        record = desk.append(id_, event)
        stored = desk.one(id_)
        answer(desk, stored, record, [f"{id_}: {words.ended(stored.events, desk.zone)}"], as_json)
