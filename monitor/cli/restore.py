"""`janji restore`: a backup into the database of the settings."""

from pathlib import Path

import click

from monitor.cli.backup import say
from monitor.cli.context import Context, database_of
from monitor.cli.output import Bar, json_option
from monitor.storage.copying import restore
from monitor.storage.engine import hub_lock, open_engine


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def command(context: Context, file: Path, as_json: bool) -> None:
    """Fill the settings' database from a backup; it has to be empty, and the hub stopped.

    Move a database that is in the way aside first: nothing is written over. A backup of an older version is brought
    up to date. Every row is compared after it was written. Exit code 3 when nothing was restored.

    \b
    Example:
      mv var/janji.db var/janji.db.old && janji restore /var/backups/janji-2026-11-24.db && janji verify
    """
    engine = open_engine(database_of(context.load().settings))
    try:
        with hub_lock(engine):
            say("The database holds", restore(file, engine, Bar("Copying")), as_json)
    finally:
        engine.dispose()
