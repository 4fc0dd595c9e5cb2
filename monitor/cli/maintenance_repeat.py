"""Recurring maintenance at the command line: every occurrence is announced now, each a maintenance of its own."""

from collections.abc import Sequence

import click

from monitor.cli.confirm import confirm
from monitor.cli.context import actor, now
from monitor.cli.maintenance_desk import SCOPE, Desk, published
from monitor.cli.moments import asked_at, moment
from monitor.cli.output import write_json
from monitor.core.model import Interval, Seconds
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.reader.announced import series_ids, to_come
from monitor.reader.recurrence import occurrences
from monitor.reports import notice_words as words


def announce_series(
    desk: Desk,
    rule: str,
    first: Interval,
    said: tuple[Sequence[str], str, str],
    wait: Seconds,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Announces every occurrence of the rule; `said` are components, title and description.

    Raises click.UsageError for a rule that cannot be announced.
    """
    try:
        periods = occurrences(rule, first.start, first.length, desk.zone)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    components, title, description = said
    ids, at = series_ids(title, periods, desk.zone, desk.all()), asked_at()
    events = [
        (id_, NoticeEvent(at, NoticeAction.ANNOUNCE, each.start, each.end, tuple(components), title, description))
        for id_, each in zip(ids, periods, strict=True)
    ]
    confirm(words.series(desk.settings, at, periods, components), yes=yes)
    records = desk.store.notices.append_all(events, actor=actor(desk.store, SCOPE), series=ids[0])
    last = published(desk.store, records[-1], wait)
    stored = [desk.one(id_) for id_ in ids]
    lines = [f"{ids[0]}: the first of {len(ids)}", *words.series(desk.settings, last.event.at, periods, components)]
    if not last.published:
        lines.append("Not published yet: they are once the hub shows them, and notice counts from then.")
    if as_json:
        write_json({"series": ids[0], "maintenances": [words.document(item, now()) for item in stored], "says": lines})
        return
    for line in lines:
        click.echo(line)


def cancel_series(desk: Desk, id_: str, at: Seconds, *, yes: bool, as_json: bool) -> None:
    """Calls off what has not begun of the recurrence that a maintenance is of. Raises click.ClickException."""
    series = desk.store.notices.series()
    if id_ not in series:
        raise click.ClickException(f"{id_} is of no recurrence; leave --series out")
    known = desk.all()
    left = to_come(known, series, id_, at)
    if not left:
        raise click.ClickException("nothing of this recurrence is still to come")
    if not all(item.published for item in left):
        raise click.ClickException("a part of it is not published yet; start the hub with `janji up` and do this again")
    said = [f"{item.id}: {words.period(item.says, desk.zone)}" for item in left]
    confirm([f"{len(left)} are called off:", *said], yes=yes)
    events = [(item.id, NoticeEvent(item.not_before(at), NoticeAction.CANCEL)) for item in left]
    desk.store.notices.append_all(events, actor=actor(desk.store, SCOPE))
    if as_json:
        write_json([words.document(desk.one(item.id), now()) for item in left])
        return
    click.echo(f"{len(left)} cancelled {moment(at, desk.zone)}, before their start: nothing of them is left.")
    for line in said:
        click.echo(f"  {line}")
