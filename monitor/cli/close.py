"""`janji close`: a month's figures into the books, with everything they were made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.output import json_option, write_json
from monitor.cli.tables import Unknown, asked_month
from monitor.core.books import Closing, Stage, Subject, worded
from monitor.core.decision import is_proven
from monitor.core.text import used_time
from monitor.reader.bookkeeping import Bookkeeping, Refused
from monitor.settings.hub import Settings
from monitor.settings.wording import near
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
        chosen = open_subjects(store, keeping, label) if everything else known(keeping, label, asked)
        done: list[Closing] = []
        refused: list[tuple[Subject, str, tuple[str, ...]]] = []
        for subject, identifier in chosen:
            try:
                closed = keeping.close(subject, identifier, label, actor=by, now=instant, reason=reason, early=early)
            except Refused as error:
                refused.append((subject, identifier, error.why))
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


def open_subjects(store: Store, keeping: Bookkeeping, month: str) -> list[tuple[Subject, str]]:
    """All that is not closed yet."""
    closed = store.books.heads()
    return [(subject, item) for subject, item in keeping.subjects(month) if (subject, item, month) not in closed]


def known(keeping: Bookkeeping, month: str, asked: list[tuple[Subject, str]]) -> list[tuple[Subject, str]]:
    """What was asked for, each once. Raises Unknown naming the nearest to one that is not there."""
    there = keeping.subjects(month)
    for subject, identifier in asked:
        if (subject, identifier) not in there:
            names = [item for kind, item in there if kind is subject]
            hint = near(identifier, names) if names else "there is none"
            raise Unknown(f"there is no {subject} {identifier!r} to close in {month}; {hint}")
    return list(dict.fromkeys(asked))


def said(closing: Closing) -> str:
    """One line: what is closed at which figure, under which digest."""
    share = closing.figures["availability_percent_trunc4"]
    figure = "no data" if share is None else f"{share} %"
    down = used_time(closing.figures["down_seconds"], detail=True)
    done = "closed" if closing.stage is Stage.CLOSED else f"revised ({closing.revision})"
    answered = f"; in spite of: {'; '.join(closing.overruled)}" if closing.overruled else ""
    changed = f"; {worded(closing.difference)}" if closing.difference else ""
    outcome = closing.figures["verdict"] or "no verdict"
    return (
        f"{closing.subject} {closing.id} {closing.month} is {done}: {figure}, {down} down, {outcome}{changed}. "
        f"Digest {closing.digest}{answered}"
    )


def document(closing: Closing) -> dict[str, Any]:
    """The closing as JSON values, without its long parts."""
    seal = closing.seal
    head = None if seal is None else {"number": seal.number, "digest": seal.digest}
    return {**closing.header, "figures": closing.figures, "digest": closing.digest, "ledger_entry": head}


def _answer(
    month: str, done: list[Closing], refused: list[tuple[Subject, str, tuple[str, ...]]], as_json: bool
) -> None:
    if as_json:
        not_closed = [{"subject": subject.value, "id": item, "why": list(why)} for subject, item, why in refused]
        write_json({"month": month, "closed": [document(item) for item in done], "refused": not_closed})
        return
    for closing in done:
        click.echo(said(closing))
    for subject, identifier, why in refused:
        click.echo(f"{subject} {identifier} {month} is not closed: {'; '.join(why)}", err=True)
    if not done and not refused:
        click.echo(f"Nothing is left to close in {month}.")
