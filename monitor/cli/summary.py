"""`janji summary`: what a customer is told of a month."""

from pathlib import Path

import click

from monitor.cli.context import Context, now
from monitor.cli.output import json_option, write_json
from monitor.cli.report_files import attached, say, write
from monitor.cli.sending import addresses, send_now
from monitor.cli.tables import books, known


@click.command("summary")
@click.argument("agreement")
@click.argument("month", required=False)
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it as a PDF.")
@click.option("--language", type=click.Choice(["en", "id"]), help="Default: the page's first.")
@click.option("--send", metavar="CHANNEL", help="Send it, as a PDF, to a channel now.")
@json_option
@click.pass_obj
def command(
    context: Context, agreement: str, month: str | None, pdf: Path | None, language: str | None, send: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """A customer's month: availability, incidents, response times, what is owed, and the months before.

    Of this moment; the document that the books keep is the statement (`janji report --pdf`).

    Exit code 0: done; 1: --send, and an address did not take it; 2: wrong usage, or no such agreement or month.

    \b
    Example:
      janji summary acme 2026-11
      janji summary acme 2026-11 --pdf acme.pdf --language id
    """
    from monitor.reader.summary import summary
    from monitor.reports.letters import summary_letter
    from monitor.reports.summary_text import document, told
    from monitor.reports.summary_words import WORDS

    with books(context) as held:
        written, issuer = language or held.settings.page.written, held.settings.page.title
        targets = None if send is None else addresses(held.settings, send)
        with known():
            found = summary(held.store, held.accounts, held.settings, agreement, month, now())
        if pdf is not None or targets is not None:
            letter = summary_letter(found, issuer=issuer, language=written)
            if pdf is not None:
                write(pdf, attached(letter).content)
            return 0 if targets is None else send_now(targets, letter, as_json=as_json)
        if as_json:
            write_json(document(found, written))
        else:
            say(told(found, WORDS[written]))
    return 0
