"""`janji close`: a month's figures into the books, with everything they were made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import asked_month, known
from monitor.core.books import Closing, Subject
from monitor.core.decision import is_proven
from monitor.reader.bookkeeping import Bookkeeping, Refused
from monitor.reports.closings import Refusal, closed_document, said
from monitor.settings.hub import Settings
from monitor.storage.store import Store


@click.command("close")
@click.argument("month")
@click.option("--agreement", "agreements", multiple=True, metavar="ID", help="An agreement's month; repeat it.")
@click.option("--objective", "objectives", multiple=True, metavar="COMPONENT", help="A component's month; repeat it.")
@click.option("--all", "everything", is_flag=True, help="Every agreement and objective that is not closed yet.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is closed in spite of what speaks against it.")
@click.option("--early", is_flag=True, help="Before the five days for late results are over; needs --reason.")
@json_option
@click.pass_obj
def command(
    context: Context,
    month: str,
    agreements: tuple[str, ...],
    objectives: tuple[str, ...],
    everything: bool,
    reason: str,
    early: bool,
    as_json: bool,
) -> int:
    """Close a month: from then on its figures stay as they are, and whatever comes later proposes a revision.

    Needs a token with the scope close. Exit code 1 when a month was refused; the others are closed all the same.

    \b
    Example:
      janji close 2026-11 --agreement acme
      janji close 2026-11 --all
    """
    asked = [(Subject.AGREEMENT, item) for item in agreements] + [(Subject.OBJECTIVE, item) for item in objectives]
    if bool(asked) == everything:
        raise click.UsageError("name what to close: --agreement ID, --objective COMPONENT, or --all alone")
    with desk(context) as (settings, store, keeping):
        label, instant, by = asked_month(month, ZoneInfo(settings.page.zone), now()), now(), closer(store)
        chosen = keeping.open(label) if everything else list(dict.fromkeys(asked))
        if not everything:
            with known():
                for subject, identifier in chosen:
                    keeping.known(subject, identifier, label)
        done: list[Closing] = []
        refused: list[Refusal] = []
        for subject, identifier in chosen:
            try:
                closed = keeping.close(subject, identifier, label, actor=by, now=instant, reason=reason, early=early)
            except Refused as error:
                refused.append(Refusal(subject, identifier, error.why))
            else:
                done.append(closed)
    _answer(label, done, refused, as_json)
    return 1 if refused else 0


@contextmanager
def desk(context: Context) -> Iterator[tuple[Settings, Store, Bookkeeping]]:
    """The settings and their database, for whoever writes into the books."""
    settings = context.load().settings
    store = context.store(settings)
    try:
        yield settings, store, Bookkeeping(store, settings)
    finally:
        store.close()


def closer(store: Store) -> str:
    """Who closes or revises: always the holder of a token. Raises click.ClickException."""
    name = actor(store, "close")
    if not is_proven(name):
        raise click.ClickException("this needs a token: put one with the scope close into $JANJI_TOKEN")
    return name


def _answer(month: str, done: list[Closing], refused: list[Refusal], as_json: bool) -> None:
    if as_json:
        write_json(closed_document(month, done, refused))
        return
    for closing in done:
        click.echo(said(closing))
    for item in refused:
        click.echo(f"{item.subject} {item.id} {month} is not closed: {'; '.join(item.why)}", err=True)
    if not done and not refused:
        click.echo(f"Nothing is left to close in {month}.")
