"""`janji report`: a month, quarter or year in a line for each component and agreement, and what is made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.report_files import attached, letter, review_letter, statement_letter, write, write_review
from monitor.cli.sending import addresses, send_now
from monitor.cli.tables import Books, books, known, write_tables
from monitor.core.alert import Message
from monitor.core.model import Seconds
from monitor.reader import asking
from monitor.reports.report import Report, report

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of one call."""

    month: str | None
    form: str | None
    xlsx: Path | None
    pdf: Path | None
    review: bool
    agreement: str | None
    language: str | None
    zone: str | None
    send: str | None
    as_json: bool

    def refuse_mixed(self) -> None:
        """Raises click.UsageError for options that do not go together."""
        shown = self.as_json and self.send is None
        if sum(bool(form) for form in (self.form, self.xlsx, self.pdf, shown)) > 1:
            raise click.UsageError("choose one of --csv, --journal, --xlsx, --pdf and --json")
        tabular = self.form is not None or self.xlsx is not None
        if self.review and (tabular or self.agreement is not None):
            raise click.UsageError("--review is all of a month; it goes with --pdf, --json, --language and --send")
        if self.send is not None and (tabular + self.review + (self.agreement is not None)) != 1:
            raise click.UsageError("say what to send: --agreement ID, --review, --journal, --csv or --xlsx FILE")
        if self.agreement is not None and self.pdf is None and self.send is None:
            raise click.UsageError("--agreement belongs to --pdf and --send")
        if self.language is not None and self.pdf is None and not self.review and self.agreement is None:
            raise click.UsageError("--language belongs to --pdf, --review and --agreement")
        if self.pdf is not None and self.agreement is None and not self.review:
            raise click.UsageError("name whose statement it is: --agreement ID; or choose --review")


@click.command("report")
@click.argument("month", required=False, metavar="[MONTH|QUARTER|YEAR]")
@click.option("--csv", "form", flag_value="csv", help="Write CSV (RFC 4180).")
@click.option("--journal", "form", flag_value="journal", help="Write CSV for finance: a line for each agreement.")
@click.option("--xlsx", type=_FILE, metavar="FILE", help="Write a spreadsheet with live formulas.")
@click.option("--pdf", type=_FILE, metavar="FILE", help="Write the statement of an agreement's month, or the review.")
@click.option("--review", is_flag=True, help="The monthly review: everything of a month side by side.")
@click.option("--agreement", metavar="ID", help="Whose statement.")
@click.option("--language", type=click.Choice(["en", "id"]), help="Of statement or review; default: the page's first.")
@click.option("--zone", help="Zone of the components' month; default: the page's. Agreements keep their own.")
@click.option("--send", metavar="CHANNEL", help="Send what the other options choose, as a file, to a channel now.")
@json_option
@click.pass_obj
def command(context: Context, /, **options: Any) -> int:
    """Availability of each component and agreement in a month, a quarter or a year; by default the running month.

    Exit code 0: done; 1: --send, and an address did not take it; 2: wrong usage, or nothing to report.

    \b
    Example:
      janji report 2026-11
      janji report 2026-Q4 --csv > quarter.csv
      janji report 2026-11 --xlsx november.xlsx
      janji report 2026-11 --pdf acme.pdf --agreement acme --language id
      janji report 2026-11 --review
      janji report 2026-11 --send finance --agreement acme
    """
    asked = Asked(**options)
    asked.refuse_mixed()
    instant = now()
    with books(context) as held:
        if asked.send is not None:
            targets = addresses(held.settings, asked.send)
            return send_now(targets, _letter(held, asked, instant), as_json=asked.as_json)
        if asked.pdf is not None:
            write(asked.pdf, attached(_document(held, asked, instant)).content)
        elif asked.review:
            write_review(held, asked.month, asked.zone, asked.language, instant, as_json=asked.as_json)
        else:
            _write_report(held, asked, _report(held, asked, instant))
    return 0


def _report(held: Books, asked: Asked, now: Seconds) -> Report:
    with known():
        return report(held.accounts, asked.month, asking.zone(asked.zone, held.zone), now)


def _document(held: Books, asked: Asked, now: Seconds) -> Message:
    """The statement or the review, attached to its message."""
    if asked.agreement is not None:
        return statement_letter(held, asked.agreement, asked.month, asked.language, now)
    return review_letter(held, asked.month, asked.zone, asked.language, now)


def _letter(held: Books, asked: Asked, now: Seconds) -> Message:
    """The message with the file that was asked for, which is written too where a FILE was named."""
    if asked.review or asked.agreement is not None:
        message = _document(held, asked, now)
    else:
        form = "xlsx" if asked.form is None else asked.form
        message = letter(held.settings.page.title, form, _report(held, asked, now))
    if (file := asked.pdf or asked.xlsx) is not None:
        write(file, attached(message).content)
    return message


def _write_report(held: Books, asked: Asked, found: Report) -> None:
    if asked.xlsx is not None:
        write(asked.xlsx, found.workbook(held.settings.page.title))
    elif asked.as_json:
        write_json(found.document())
    elif asked.form is not None:
        click.echo(found.csv() if asked.form == "csv" else found.journal(), nl=False)
    else:
        write_tables(found.tables())
