"""`janji maintenance move`, `extend`, `shorten`, `start`: one change of a period each, with what it is worth.

Each says before it is done what of it will count; a revision like any other then.
"""

from collections.abc import Callable
from typing import TypeAlias

import click

from monitor.cli import moments
from monitor.cli.confirm import confirm, yes_option
from monitor.cli.context import Context
from monitor.cli.maintenance_desk import Desk, answer, desk_of
from monitor.cli.moments import moment, parse_length, parse_time
from monitor.cli.output import json_option
from monitor.core.model import Interval, Seconds
from monitor.core.notice import Maintenance, NoticeAction, NoticeEvent, extend
from monitor.reports import notice_words as words

Change: TypeAlias = Callable[[Desk, Maintenance, Seconds], Interval]
"""From what stands and the present instant to the period as it shall be. Raises click.UsageError."""

_id = click.argument("id_", metavar="ID")
_wait = click.option(
    "--wait", default="5s", show_default=True, metavar="DURATION", help="How long to wait for the page to show it."
)


@click.command("move")
@_id
@click.option("--start", metavar="TIME", help="When it starts instead; it lasts as long as before.")
@click.option("--by", metavar="DURATION", help="How much later it starts.")
@_wait
@yes_option
@json_option
@click.pass_obj
def move(context: Context, id_: str, start: str | None, by: str | None, wait: str, yes: bool, as_json: bool) -> None:
    """Move it to another time. What overlaps with the old period keeps its notice, the rest is a new one.

    \b
    Example:
      janji maintenance move m-2026-11-29-database-upgrade --start "2026-12-06 01:00"
    """
    if (start is None) == (by is None):
        raise click.UsageError("give --start or --by")

    def moved(desk: Desk, says: Maintenance, _now: Seconds) -> Interval:
        begins = says.start + parse_length(by) if by is not None else parse_time(start or "", desk.zone)
        return Interval(begins, begins + says.end - says.start)

    _change(context, id_, "This move", moved, wait, yes=yes, as_json=as_json)


@click.command("extend")
@_id
@click.option("--by", metavar="DURATION", help="How much longer it lasts.")
@click.option("--end", metavar="TIME", help="When it ends instead.")
@_wait
@yes_option
@json_option
@click.pass_obj
def extend_(context: Context, id_: str, by: str | None, end: str | None, wait: str, yes: bool, as_json: bool) -> None:
    """Let it end later. What is added is a new notice: seven days ahead it does not count.

    \b
    Example:
      janji maintenance extend m-2026-11-29-database-upgrade --by 30m
    """

    def longer(desk: Desk, says: Maintenance, _now: Seconds) -> Interval:
        ends = _end(desk, says, by, end, 1)
        if ends <= says.end:
            raise click.UsageError(f"it ends {moment(says.end, desk.zone)} already; to end it earlier, use shorten")
        return Interval(says.start, ends)

    _change(context, id_, "This extension", longer, wait, yes=yes, as_json=as_json)


@click.command("shorten")
@_id
@click.option("--by", metavar="DURATION", help="How much shorter it lasts.")
@click.option("--end", metavar="TIME", help="When it ends instead.")
@_wait
@yes_option
@json_option
@click.pass_obj
def shorten(context: Context, id_: str, by: str | None, end: str | None, wait: str, yes: bool, as_json: bool) -> None:
    """Let it end earlier; what is left keeps its notice. To end it now, use complete.

    \b
    Example:
      janji maintenance shorten m-2026-11-29-database-upgrade --end "2026-11-29 02:30"
    """

    def shorter(desk: Desk, says: Maintenance, now: Seconds) -> Interval:
        ends = _end(desk, says, by, end, -1)
        if ends >= says.end:
            raise click.UsageError(f"it ends {moment(says.end, desk.zone)} already; to end it later, use extend")
        if ends <= max(now, says.start):
            raise click.UsageError(
                f"nothing would be left after {moment(max(now, says.start), desk.zone)}; use complete, or cancel"
            )
        return Interval(says.start, ends)

    _change(context, id_, "What is left", shorter, wait, yes=yes, as_json=as_json)


@click.command("start")
@_id
@_wait
@yes_option
@json_option
@click.pass_obj
def start_(context: Context, id_: str, wait: str, yes: bool, as_json: bool) -> None:
    """Begin now, before the announced start. The time until then has no notice and counts; the rest keeps its own.

    \b
    Example:
      janji maintenance start m-2026-11-29-database-upgrade
    """

    def now_(desk: Desk, says: Maintenance, now: Seconds) -> Interval:
        if says.start <= now:
            raise click.ClickException(f"it began {moment(says.start, desk.zone)} already; nothing is to be done")
        return Interval(now, says.end)

    _change(context, id_, "This earlier start", now_, wait, yes=yes, as_json=as_json)


COMMANDS = (move, extend_, shorten, start_)


def _end(desk: Desk, says: Maintenance, by: str | None, end: str | None, sign: int) -> Seconds:
    if (by is None) == (end is None):
        raise click.UsageError("give --by or --end")
    return says.end + sign * parse_length(by) if by is not None else parse_time(end or "", desk.zone)


def _change(context: Context, id_: str, what: str, change: Change, wait: str, *, yes: bool, as_json: bool) -> None:
    waiting = parse_length(wait)
    with desk_of(context) as desk:
        before, now = desk.one(id_), moments.asked_at()
        period = change(desk, before.says, now)
        event = NoticeEvent(
            before.not_before(now),
            NoticeAction.REVISE,
            period.start if period.start != before.says.start else None,
            period.end if period.end != before.says.end else None,
        )
        try:
            after = extend(before.events, event)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        confirm(words.in_short(what, before.events, after), yes=yes)
        record = desk.published(desk.append(id_, event), waiting)
        stored = desk.one(id_)
        short = words.in_short(what, stored.events[:-1], stored.events)
        whole = words.consequences(stored.events[:-1], stored.events, desk.zone)
        said = [f"{id_}: {words.period(stored.says, desk.zone)}", *short, *whole, *desk.capped(stored)]
        answer(desk, stored, record, said, as_json)
