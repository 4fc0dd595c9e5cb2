"""`janji report`: a month, quarter or year in a line for each component and agreement, and the files for finance."""

from collections.abc import Sequence
from pathlib import Path

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import Books, Unknown, asked_account, books, known, write_tables
from monitor.core.model import Seconds
from monitor.reader import asking
from monitor.reports.report import report

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
        with known():
            found = report(held.accounts, month, asking.zone(zone, held.zone), instant)
        title = held.settings.page.title
    if xlsx is not None:
        _write(xlsx, found.workbook(title))
    elif as_json:
        write_json(found.document())
    elif form is not None:
        click.echo(found.csv() if form == "csv" else found.journal(), nl=False)
    else:
        write_tables(found.tables())


def _refuse_mixed(forms: Sequence[object], agreement: str | None, language: str | None, pdf: Path | None) -> None:
    if sum(form is not None for form in forms) > 1:
        raise click.UsageError("choose one of --csv, --journal, --xlsx, --pdf and --json")
    if pdf is None and (agreement is not None or language is not None):
        raise click.UsageError("--agreement and --language belong to --pdf")
    if pdf is not None and agreement is None:
        raise click.UsageError("name whose statement it is: --agreement ID")


def _write(file: Path, content: bytes) -> None:
    """A file. One that cannot be written is one line, wrong usage."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unknown(f"{file}: cannot be written ({error.strerror})") from None


def _statement(held: Books, agreement: str | None, month: str | None, language: str | None, now: Seconds) -> bytes:
    # Imported only now: other reports start faster without the layout of the PDF.
    from monitor.reports.statement import statement

    account = asked_account(held, None, agreement, month, None, now)
    page = held.settings.page
    return statement(account, held.store.ledger_head(), issuer=page.title, language=language or page.languages[0])
