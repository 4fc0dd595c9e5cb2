"""`janji reported`: enters what a vendor reports of a service that is not probed, typed or from a CSV.

Before anything is written it says what changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.moments import parse_time
from monitor.cli.output import json_option, write_json, write_table
from monitor.cli.tables import Books, Unknown, asked_month, known
from monitor.core.calendar import month_bounds
from monitor.core.model import Interval
from monitor.core.vendor import VendorOutage, VendorReport, mistakes
from monitor.core.vendor_file import Unreadable, parse_outage, read_csv
from monitor.reader.accounts import Accounts
from monitor.reader.reporting import check_component, report_effects, superseded
from monitor.reports import case_words
from monitor.reports import vendor_words as words
from monitor.settings.wording import near

_MOST_BYTES = 1_000_000


@click.group("reported")
def command() -> None:
    """What vendors report of services that are not probed: enter it, import it, look it up."""


def _about(function: Any) -> Any:
    """The options that say what a report is about."""
    for option in (
        click.option("--evidence", default="", metavar="URL", help="A link to what proves it."),
        click.option("--source", required=True, metavar="TEXT", help="What it was taken from; an auditor reads it."),
        click.option("--end", metavar="TIME", help="When the reported period ends."),
        click.option("--start", metavar="TIME", help="When the reported period begins, if it is no whole month."),
        click.option("--month", metavar="MONTH", help="The reported month, 2026-11, in the page's zone."),
        click.option("--component", required=True, metavar="ID", help="A component with `source: reported`."),
    ):
        function = option(function)
    return function


@command.command("enter")
@_about
@click.option("--outage", "outages", multiple=True, metavar="START/END[/degraded]", help="An outage; repeat it.")
@click.option("--none", "none", is_flag=True, help="There was no outage.")
@json_option
@click.pass_obj
def enter(context: Context, /, outages: tuple[str, ...], none: bool, as_json: bool, **asked: Any) -> None:
    """Enter a vendor's report: its outages; the rest of the period was up.

    Times are in the page's zone, or with Z. A token needs the scope report.

    \b
    Example:
      janji reported enter --component powerbi --month 2026-11 \\
        --outage "2026-11-03 10:00/2026-11-03 10:45" --source "Service health of the admin centre"
      janji reported enter --component powerbi --month 2026-12 --none --source "Service health"
    """
    if bool(outages) == none:
        raise click.UsageError("give each --outage, or --none alone where there was none")
    with _held(context) as held:
        found = [_typed(text, held) for text in outages]
        _enter(held, found, [f"--outage {text}" for text in outages], asked, as_json)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_about
@json_option
@click.pass_obj
def import_(context: Context, /, file: Path, as_json: bool, **asked: Any) -> None:
    """Import a vendor's report from a CSV: a header start,end,state,note, and a line for each outage.

    Times are in the page's zone, or with Z; no state is down; a header alone is no outage. Nothing is written unless
    every line is right. A token needs the scope report.

    \b
    Example:
      janji reported import november.csv --component powerbi --month 2026-11 --source "Their service history"
    """
    with _held(context) as held:
        try:
            listed = read_csv(_text(file), held.zone)
        except Unreadable as error:
            raise _refused(f"{file.name}, {line}" for line in error.lines) from None
        _enter(held, listed.outages, [f"{file.name}, line {line}" for line in listed.lines], asked, as_json)


@command.command("list")
@click.option("--component", metavar="ID", help="Of this component only.")
@json_option
@click.pass_obj
def list_(context: Context, component: str | None, as_json: bool) -> None:
    """List every vendor report, the newest last; where two cover the same time, the later counts.

    \b
    Example:
      janji reported list --component powerbi
    """
    with _held(context, reading=True) as held:
        if component is not None:
            _check(held, component)
        found = [item for item in held.store.vendor_reports.all() if component in (None, item.component)]
        if as_json:
            write_json([words.document(item) for item in found])
        elif found:
            write_table(words.HEAD, [words.row(item, held.zone) for item in found])
        else:
            click.echo("No vendor report was entered.")


@command.command("show")
@click.argument("id_", metavar="ID")
@json_option
@click.pass_obj
def show(context: Context, id_: str, as_json: bool) -> None:
    """Show one vendor report with its outages.

    \b
    Example:
      janji reported show report-3
    """
    with _held(context, reading=True) as held:
        found = {item.id: item for item in held.store.vendor_reports.all()}
        if id_ not in found:
            raise Unknown(f"there is no vendor report {id_}; {near(id_, list(found))}")
        if as_json:
            write_json(words.document(found[id_]))
            return
        for line in words.described(found[id_], held.zone):
            click.echo(line)


def _enter(
    held: Books, outages: Sequence[VendorOutage], names: Sequence[str], asked: dict[str, Any], as_json: bool
) -> None:
    """Says what changes, then writes. `names` are what the outages are called in what is wrong with them."""
    _check(held, asked["component"])
    period = _period(held, asked)
    report = VendorReport(
        id="",
        component=asked["component"],
        start=period.start,
        end=period.end,
        outages=tuple(outages),
        source=asked["source"].strip(),
        evidence=asked["evidence"].strip(),
        entered_at=now(),
        entered_by=actor(held.store, "report"),
    )
    if wrong := mistakes(report):
        raise _refused(text if place is None else f"{names[place]}: {text}" for place, text in wrong)
    found = report_effects(held.store, held.accounts, held.settings, report)
    says = [
        *words.supersedes(superseded(held.store, report), report),
        *case_words.lines(found, "This changes"),
        *words.effects(found),
    ]
    if not as_json:
        for line in says:
            click.echo(line)
    try:
        stored = held.store.vendor_reports.append(report)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    done = words.done(stored, held.zone)
    if as_json:
        effects = case_words.effects_document(found)
        write_json({**words.document(stored), "effects": effects, "says": [*says, done]})
    else:
        click.echo(done)


def _period(held: Books, asked: dict[str, Any]) -> Interval:
    """The month, or start and end. Raises click.UsageError."""
    month, start, end = asked["month"], asked["start"], asked["end"]
    if month is not None and start is None and end is None:
        return month_bounds(asked_month(month, held.zone, now()), held.zone)
    if month is None and start is not None and end is not None:
        return Interval(parse_time(start, held.zone), parse_time(end, held.zone))
    raise click.UsageError("give --month, or --start and --end of the reported period")


def _typed(text: str, held: Books) -> VendorOutage:
    try:
        return parse_outage(text, held.zone)
    except ValueError as error:
        raise click.UsageError(f"--outage {text}: {error}") from None


def _text(file: Path) -> str:
    if file.stat().st_size > _MOST_BYTES:
        raise click.UsageError(f"{file.name} is larger than a month of outages can be; is it the right file?")
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{file.name} is not UTF-8; save it as CSV UTF-8") from None
    if "\0" in text:
        raise click.UsageError(f"{file.name} is no text; save it as CSV")
    return text


def _refused(lines: Iterable[str]) -> click.UsageError:
    return click.UsageError("nothing was written:\n" + "\n".join(f"  {line}" for line in lines))


def _check(held: Books, component: str) -> None:
    with known():
        check_component(held.settings, component)


@contextmanager
def _held(context: Context, *, reading: bool = False) -> Iterator[Books]:
    settings = context.load().settings
    store = context.reading(settings) if reading else context.store(settings)
    try:
        yield Books(settings, store, Accounts(store, settings))
    finally:
        store.close()
