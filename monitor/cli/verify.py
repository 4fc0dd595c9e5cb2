"""`janji verify`: the closed books held against what is stored now, and spans against results, to the second."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import click

from monitor.cli.context import Context, now
from monitor.cli.moments import parse_time
from monitor.cli.output import json_option, watched, write_json
from monitor.cli.tables import Books, Unknown, asked_month, books
from monitor.core.calendar import day_bounds, format_instant
from monitor.core.model import Interval, Seconds
from monitor.core.recomputation import Unequal, state_words
from monitor.core.text import number
from monitor.reader.recomputing import Recomputed, Recomputing
from monitor.reader.verification import CHECKED, NOT_CHECKED, UNJUDGED, Verification, Verified
from monitor.reports.closings import verified_document
from monitor.settings.wording import near

_BY_RESULTS = "spans against results, by the terms of their checks, pauses and approved corrections, as stored"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a verification came to."""

    ledger: Sequence[str]
    entries: int
    months: Sequence[Verified]
    within: Interval | None
    spans: Recomputed | None

    @property
    def holds(self) -> bool:
        return not (self.ledger or any(item.wrong for item in self.months) or (self.spans and self.spans.wrong))

    @property
    def checked(self) -> tuple[str, ...]:
        return CHECKED if self.spans is None else (*CHECKED, _BY_RESULTS)

    @property
    def not_checked(self) -> tuple[str, ...]:
        if self.spans is None or self.within is None:
            return (UNJUDGED, *NOT_CHECKED)
        removed = [f"spans before {format_instant(self.spans.since)}, whose results went when their retention was over"]
        waiting = (f"spans of {item}, which wait to be judged" for item in self.spans.waiting)
        reported = (f"spans of {item}, which come from reports and not from results" for item in self.spans.reported)
        return (*(removed if self.spans.since > self.within.start else ()), *waiting, *reported, *NOT_CHECKED)


@click.command("verify")
@click.argument("month", required=False)
@click.option("--from", "start", metavar="TIME", help="Judge again from here on: 2026-10-01 in the page's zone.")
@click.option("--to", "end", metavar="TIME", help="Up to here, this instant excluded; default: now.")
@click.option("--component", metavar="ID", help="Judge this component alone again.")
@json_option
@click.pass_obj
def command(
    context: Context, month: str | None, start: str | None, end: str | None, component: str | None, as_json: bool
) -> int:
    """Compute every closed month again and name what differs; check the ledger's chain and each digest.

    With --from, also judge every component's timeline again from the stored results and name each second at which the
    stored spans say otherwise. Exit code 1 when anything differs: a span, a result, a notice, a decision, the settings,
    the ledger or a closed figure.

    \b
    Example:
      janji verify
      janji verify 2026-11 --json
      janji verify --from 2026-10-01 --to 2026-11-01 --component api
    """
    with books(context) as held:
        instant = now()
        within = _within(held, start, end, component, instant)
        label = None if month is None else asked_month(month, held.zone, instant)
        verification = Verification(held.store, held.settings, instant)
        closed = verification.months(label)
        if label is not None and not closed:
            raise Unknown(f"nothing is closed in {label}")
        ledger = verification.of_ledger()
        months = [verification.of_month(key) for key in watched(closed, "Verifying closed months")]
        spans = None if within is None else _recomputed(held, within, component)
        found = _Found(ledger, len(held.store.ledger()), months, within, spans)
    if as_json:
        write_json(_document(found))
    else:
        _say(found)
    return 0 if found.holds else 1


def _within(held: Books, start: str | None, end: str | None, component: str | None, now_: Seconds) -> Interval | None:
    """The stretch to judge again. Raises click's errors with what to do."""
    if start is None:
        if end is not None or component is not None:
            raise click.UsageError("--to and --component say what is judged again; name its beginning with --from")
        return None
    known = held.store.components()
    if component is not None and component not in known:
        raise Unknown(f"there is no component {component}; {near(component, sorted(known))}")
    within = Interval(_moment(held, start), now_ if end is None else _moment(held, end))
    if within.start >= within.end:
        raise click.UsageError(f"{format_instant(within.start)} to {format_instant(within.end)} holds no time")
    return within


def _moment(held: Books, text: str) -> Seconds:
    """A day begins at its midnight in the page's zone."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip()) is None:
        return parse_time(text, held.zone)
    try:
        return day_bounds(date.fromisoformat(text.strip()), held.zone).start
    except ValueError:
        raise click.BadParameter(f"{text!r} is not in the calendar; write 2026-10-01") from None


def _recomputed(held: Books, within: Interval, component: str | None) -> Recomputed:
    recomputing = Recomputing(held.store, within, component)
    for day in watched(recomputing.days, "Judging days again"):
        recomputing.add(day)
    return recomputing.found()


def _document(found: _Found) -> dict[str, object]:
    spans = {} if found.spans is None or found.within is None else {"spans": _spans(found.spans, found.within)}
    document = verified_document(found.months, found.ledger, found.entries)
    told = {"holds": found.holds, "checked": list(found.checked), "not_checked": list(found.not_checked)}
    return {**document, **spans, **told}


def _spans(spans: Recomputed, within: Interval) -> dict[str, object]:
    return {
        "start": format_instant(within.start),
        "end": format_instant(within.end),
        "holds": not spans.wrong,
        "compared_seconds": spans.compared,
        "different": [_different(each) for each in spans.unequal],
        "overlapping": list(spans.overlaps),
        "waiting": {
            name: [{"start": format_instant(each.start), "end": format_instant(each.end)} for each in touched]
            for name, touched in spans.waiting.items()
        },
        "reported": list(spans.reported),
    }


def _different(each: Unequal) -> dict[str, object]:
    return {
        "component": each.component,
        "start": format_instant(each.start),
        "end": format_instant(each.end),
        "seconds": each.end - each.start,
        "stored": None if each.stored is None else state_words(each.stored),
        "recomputed": None if each.recomputed is None else state_words(each.recomputed),
    }


def _say(found: _Found) -> None:
    for item in found.months:
        _part(item.closing.name, item.wrong)
    if not found.months:
        click.echo("No month is closed yet.")
    if found.spans is not None and found.within is not None:
        stretch = f"{format_instant(found.within.start)} to {format_instant(found.within.end)}"
        compared = f"{number(sum(found.spans.compared.values()))} s of {len(found.spans.compared)} components"
        _part(f"spans, {stretch}, {compared}", found.spans.wrong)
    _part(f"ledger, {found.entries} entries", found.ledger)
    for name, items in (("Checked", found.checked), ("Not checked", found.not_checked)):
        click.echo(f"{name}:")
        for line in items:
            click.echo(f"- {line}")


def _part(name: str, wrong: Sequence[str]) -> None:
    click.echo(f"{name}: {'differs' if wrong else 'holds'}")
    for sentence in wrong:
        click.echo(f"  {sentence}")
