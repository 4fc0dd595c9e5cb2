"""`janji backup`: everything in one file, while the hub goes on."""

from pathlib import Path

import click

from monitor.cli.context import Context, database_of
from monitor.cli.output import Bar, json_option, write_json
from monitor.core.text import number
from monitor.storage.copying import Copied, backup
from monitor.storage.engine import open_engine


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def command(context: Context, file: Path, as_json: bool) -> None:
    """Write the whole database into one file (SQLite, whatever the database is) and read it back.

    The hub goes on meanwhile. A file that is there already is not written over. Exit code 3 when no backup was made.

    \b
    Example:
      janji backup /var/backups/janji-2026-11-24.db
    """
    engine = open_engine(database_of(context.load().settings), read_only=True)
    try:
        say(f"{file} holds", backup(engine, file, Bar("Copying")), as_json)
    finally:
        engine.dispose()


def say(done: str, copied: Copied, as_json: bool) -> None:
    """What was copied: how much, and the head of the ledger that stands for all of it."""
    if as_json:
        write_json({"rows": copied.rows, "ledger_head": copied.head})
        return
    rows, tables = number(sum(copied.rows.values())), number(sum(count > 0 for count in copied.rows.values()))
    click.echo(f"{done} {rows} rows of {tables} tables. Head of the ledger: {copied.head or 'none yet'}")
