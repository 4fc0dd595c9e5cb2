"""`janji move`: from one database to another, such as from SQLite to PostgreSQL."""

import click

from monitor.cli.backup import say
from monitor.cli.context import Context, lookup
from monitor.cli.output import Bar, json_option
from monitor.core.secret import SecretMissing, resolve
from monitor.storage.copying import copy
from monitor.storage.engine import hub_lock, open_engine


@click.command("move")
@click.argument("source")
@click.argument("target")
@json_option
@click.pass_obj
def command(_context: Context, source: str, target: str, as_json: bool) -> None:
    """Copy everything from the database SOURCE to the empty database TARGET, and compare every row.

    Stop the hub first; then name TARGET in server.database and start it again. SOURCE stays as it is. Passwords may
    stand as ${NAME}, in quotes. Exit code 3 when nothing was copied.

    \b
    Example:
      janji move sqlite:///var/janji.db '${DATABASE_URL}'
    """
    old, new = (open_engine(_resolved(url)) for url in (source, target))
    try:
        with hub_lock(old), hub_lock(new):
            say("The new database holds", copy(old, new, Bar("Copying")), as_json)
    finally:
        old.dispose()
        new.dispose()


def _resolved(url: str) -> str:
    try:
        return resolve(url, lookup)
    except SecretMissing as error:
        raise click.ClickException(f"{error} is not set; export it first") from None
