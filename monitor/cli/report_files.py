"""The files of `janji report` as attachments of messages, and the review on the terminal."""

from pathlib import Path

import click

from monitor.cli.output import write_json
from monitor.cli.tables import Books, Unknown, asked_account, known, laid_out
from monitor.core.account import Account
from monitor.core.alert import Attachment, Message
from monitor.core.model import Seconds
from monitor.reader import asking
from monitor.reader.told_incidents import told_incidents
from monitor.reports.report import Report
from monitor.reports.statement_parts import Told
from monitor.reports.table import Table

# The layouts are imported where they are used: other reports start faster without.


def write(file: Path, content: bytes) -> None:
    """A file. One that cannot be written is one line, wrong usage."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unknown(f"{file}: cannot be written ({error.strerror})") from None


def letter(issuer: str, form: str, found: Report) -> Message:
    """A spreadsheet or CSV file, attached to a message."""
    from monitor.reports.letters import file_letter

    title = f"{issuer}: availability in {found.period}"
    if form == "xlsx":
        return file_letter(title, f"availability-{found.period}.xlsx", found.workbook(issuer))
    if form == "journal":
        return file_letter(title, f"journal-{found.period}.csv", found.journal().encode())
    return file_letter(title, f"availability-{found.period}.csv", found.csv().encode())


def statement_letter(held: Books, agreement: str, month: str | None, language: str | None, now: Seconds) -> Message:
    """An agreement's statement, attached to its message. Raises Unknown."""
    from monitor.reports.letters import statement_letter

    account, page = asked_account(held, None, agreement, month, None, now), held.settings.page
    return statement_letter(account, held.store.ledger_head(), issuer=page.title, language=language or page.written)


def review_letter(held: Books, month: str | None, zone: str | None, language: str | None, now: Seconds) -> Message:
    """The review, attached to its message. Raises Unknown."""
    from monitor.reports.letters import review_letter

    accounts, page = _reviewed(held, month, zone, now), held.settings.page
    incidents = told_incidents(held.store, held.settings, accounts[0].settled, now)
    head, written = held.store.ledger_head(), language or page.written
    return review_letter(accounts, head, incidents, issuer=page.title, language=written)


def write_review(
    held: Books, month: str | None, zone: str | None, language: str | None, now: Seconds, *, as_json: bool
) -> None:
    """The review on the terminal: what the PDF says, or JSON."""
    from monitor.reports.review import document, review
    from monitor.reports.review_text import told
    from monitor.reports.review_words import WORDS

    accounts = _reviewed(held, month, zone, now)
    incidents = told_incidents(held.store, held.settings, accounts[0].settled, now)
    found = review(accounts, held.store.ledger_head(), incidents)
    if as_json:
        write_json(document(found))
        return
    say(told(found, WORDS[language or held.settings.page.written]))


def say(said: Told) -> None:
    """On the terminal what the PDF says."""
    click.secho(f"{said.title}: {said.month}", bold=True)
    for line in (said.period, said.subject, ""):
        click.echo(line)
    for card in said.cards:
        click.echo(f"{card.label}: {card.value}" + (f" ({card.note})" if card.note else ""))
    for block in said.blocks:
        click.echo()
        click.secho(block.title, bold=True)
        if block.lines:
            for line in laid_out(Table(block.title, block.head, block.lines, (), block.right, None)):
                click.echo(line)
        for sentence in block.sentences:
            click.echo(sentence)


def attached(message: Message) -> Attachment:
    """The file of a letter."""
    if message.attachment is None:
        raise AssertionError("a letter carries its file")
    return message.attachment


def _reviewed(held: Books, month: str | None, zone: str | None, now: Seconds) -> list[Account]:
    with known():
        chosen = asking.zone(zone, held.zone)
        return asking.everything(held.accounts, asking.month(month, chosen, now), chosen, now)
