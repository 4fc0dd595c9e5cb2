"""`janji publish`: the whole site as static files, once."""

import json
from pathlib import Path

import click

from monitor.cli.context import Context, now


@click.command("publish")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(context: Context, directory: Path, as_json: bool) -> None:
    """Write the whole status page as files into DIRECTORY, for a plain web server.

    Pages, feeds, badges and JSON as they are now; every page says when the copy was made. Files are replaced one by
    one, each at once; what a copy before wrote and is no longer there is removed, nothing else.
    With `publish: DIRECTORY` in the settings the running hub does this by itself.

    Exit code 0: written; 1: the directory cannot be written.

    \b
    Example:
      janji publish /srv/status
    """
    from monitor.reader.reader import Reader
    from statuspage.copying import Copier

    settings = context.load().settings
    store = context.reading(settings)
    try:
        instant = now()
        reader = Reader(store, settings, lambda: instant)
        changed = Copier(reader).copy(reader.page(), directory)
    except OSError as error:
        raise click.ClickException(f"{directory} cannot be written: {error.strerror}") from None
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps({"directory": str(directory), "changed": changed}))
    else:
        click.echo(f"{directory}: {changed} files written")
