"""`janji report`: a month, quarter or year in a line for each component and agreement, and the files for finance."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import Books, Unknown, asked_account, asked_zone, books, known, write_tables
from monitor.core.model import Seconds
from monitor.reader import asking
from monitor.reports import periods
from monitor.reports.journal import journal
from monitor.reports.rows import Row, as_csv, document, row
from monitor.reports.table import tables

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("report")
@click.argument("month", required=False, metavar="[MONTH|QUARTER|YEAR]")
@click.option("--csv", "form", flag_value="csv", help="Write CSV (RFC 4180).")
@click.option("--journal", "form", flag_value="journal", help="Write CSV for finance: a line for each agreement.")
@click.option("--xlsx", type=_FILE, metavar="FILE", help="Write a spreadsheet with live formulas.")
@click.option("--pdf", type=_FILE, metavar="FILE", help="Write the statement of an agreement's month.")
@click.option("--agreement", metavar="ID", help="Whose statement.")
@click.option("--language", type=click.Choice(["en", "id"]), help="Of the statement; default: the page's first.")
@click.option("--zone", help="Zone of the components' month; default: the page's. Agreements keep their own.")
@json_option
@click.pass_obj
def command(
    context: Context,
    month: str | None,
    form: str | None,
    xlsx: Path | None,
    pdf: Path | None,
    agreement: str | None,
    language: str | None,
    zone: str | None,
    as_json: bool,
) -> None:
    """Availability of each component and agreement in a month, a quarter or a year; by default the running month.

    \b
    Example:
      janji report 2026-11
      janji report 2026-Q4 --csv > quarter.csv
      janji report 2026-11 --xlsx november.xlsx
      janji report 2026-11 --pdf acme.pdf --agreement acme --language id
    """
    _refuse_mixed([form, xlsx, pdf, as_json or None], agreement, language, pdf)
    instant = now()
    with books(context) as held:
        if pdf is not None:
            _write(pdf, _statement(held, agreement, month, language, instant))
            return
        chosen = asked_zone(zone, held.zone)
        found = _months(held, month, chosen, instant)
        title = held.settings.page.title
    if xlsx is not None:
        _write(xlsx, _workbook(title, found))
    elif form == "journal":
        click.echo(journal(line for lines in found.values() for line in lines), nl=False)
    elif len(found) == 1 and not _is_longer(month):
        _write_month(found, form, as_json=as_json)
    else:
        _write_period(str(month), found, form, as_json=as_json)


def rows(held: Books, month: str, zone: ZoneInfo, now: Seconds) -> list[Row]:
    """The lines of all that was in service in a month. Raises Unknown where nothing was."""
    with known():
        return [row(account) for account in asking.everything(held.accounts, month, zone, now)]


def _refuse_mixed(forms: Sequence[object], agreement: str | None, language: str | None, pdf: Path | None) -> None:
    if sum(form is not None for form in forms) > 1:
        raise click.UsageError("choose one of --csv, --journal, --xlsx, --pdf and --json")
    if pdf is None and (agreement is not None or language is not None):
        raise click.UsageError("--agreement and --language belong to --pdf")
    if pdf is not None and agreement is None:
        raise click.UsageError("name whose statement it is: --agreement ID")


def _months(held: Books, text: str | None, zone: ZoneInfo, now: Seconds) -> Mapping[str, Sequence[Row]]:
    """The rows of each month that has begun and in which something was in service, oldest first."""
    with known():
        labels = asking.months(text, zone, now)
    if len(labels) == 1:
        return {labels[0]: rows(held, labels[0], zone, now)}
    found = {label: [row(each) for each in asking.all_of(held.accounts, label, zone, now)] for label in labels}
    served = {label: lines for label, lines in found.items() if lines}
    if not served:
        raise Unknown(f"nothing was in service in {text}")
    return served


def _is_longer(text: str | None) -> bool:
    return text is not None and (len(text) == 4 or "Q" in text)


def _write_month(found: Mapping[str, Sequence[Row]], form: str | None, *, as_json: bool) -> None:
    ((label, lines),) = found.items()
    if as_json:
        write_json(document(label, lines))
    elif form == "csv":
        click.echo(as_csv(lines), nl=False)
    else:
        write_tables(tables(lines))


def _write_period(period: str, found: Mapping[str, Sequence[Row]], form: str | None, *, as_json: bool) -> None:
    sums, labels = periods.totals(found.values()), list(found)
    if as_json:
        write_json(periods.document(period, labels, sums))
    elif form == "csv":
        click.echo(periods.as_csv(period, sums), nl=False)
    else:
        write_tables(periods.tables(period, labels, sums))


def _write(file: Path, content: bytes) -> None:
    """A file. One that cannot be written is one line, wrong usage."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unknown(f"{file}: cannot be written ({error.strerror})") from None


def _workbook(title: str, found: Mapping[str, Sequence[Row]]) -> bytes:
    # Imported only now, like the layout of the PDF: other reports start faster without.
    from monitor.reports.spreadsheet import workbook

    labels = list(found)
    span = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
    return workbook(f"{title}: availability in {span}", found)


def _statement(held: Books, agreement: str | None, month: str | None, language: str | None, now: Seconds) -> bytes:
    from monitor.reports.statement import statement

    account = asked_account(held, None, agreement, month, None, now)
    page = held.settings.page
    return statement(account, held.store.ledger_head(), issuer=page.title, language=language or page.languages[0])
