"""`janji validate`: everything that is wrong or doubtful in the settings, at once. Touches nothing."""

import sys
from dataclasses import asdict

import click

from monitor.cli.context import Context, is_set, now
from monitor.cli.output import json_option, write_json
from monitor.settings.errors import SettingsError
from monitor.settings.loader import Loaded, load


@click.command("validate")
@click.option("--strict", is_flag=True, help="Count warnings (secrets that are not set, too) as mistakes.")
@json_option
@click.pass_obj
def command(context: Context, strict: bool, as_json: bool) -> None:
    """Say all that is wrong with the settings, one mistake a line.

    Where the database can be read it also says when changed agreements and objectives take effect.

    Exit code 0: they can be used; 2: they cannot.

    \b
    Example:
      janji validate --strict --config config/janji.yaml
    """
    from monitor.notify.deliver import wrong_with
    from statuspage.catalogues import codes

    try:
        loaded = load(context.path, secrets=is_set, check_channel=wrong_with, languages=codes(), strict=strict)
    except SettingsError as error:
        if not as_json:
            raise
        write_json({"ok": False, "mistakes": [asdict(mistake) for mistake in error.mistakes], "warnings": []})
        sys.exit(2)
    effects = _effects(context, loaded)
    if as_json:
        write_json(_document(loaded) | {"takes_effect": effects})
    else:
        _say(context, loaded)
        for sentence in effects:
            click.echo(sentence)


def _effects(context: Context, loaded: Loaded) -> list[str]:
    """Nothing without a database that can be read: before the first start no change can be told."""
    from monitor.reader.edits import edits
    from monitor.storage.engine import StorageError

    try:
        store = context.reading(loaded.settings)
    except (StorageError, click.ClickException):
        return []
    try:
        return list(edits(store.settings_versions(), loaded.settings, now(), store.renamings.current()))
    finally:
        store.close()


def _counts(loaded: Loaded) -> dict[str, int]:
    components = loaded.settings.components
    return {
        "components": len(components),
        "checks": sum(len(component.checks) for component in components),
        "locations": len(loaded.settings.locations),
    }


def _document(loaded: Loaded) -> dict[str, object]:
    warnings = [asdict(warning) for warning in loaded.warnings]
    return {"ok": True, "mistakes": [], "warnings": warnings, **_counts(loaded), "digest": loaded.settings.digest}


def _say(context: Context, loaded: Loaded) -> None:
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}", err=True)
    counts = ", ".join(_number(count, name) for name, count in _counts(loaded).items())
    warned = f" ({_number(len(loaded.warnings), 'warnings')})" if loaded.warnings else ""
    click.echo(f"OK: {context.path} holds {counts}{warned}")


def _number(count: int, plural: str) -> str:
    return f"{count} {plural if count != 1 else plural.removesuffix('s')}"
