"""`janji recompute`: evidence in, figures out. Needs no settings and no database."""

import json
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from monitor.cli.output import json_option
from monitor.core.evidence import EvidenceError, differences, recompute


class Unusable(click.ClickException):
    """The file cannot be computed: wrong usage."""

    exit_code = 2


@click.command("recompute")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> int:
    """Compute the figures of an evidence bundle (or of all under `vectors`) again, as JSON.

    Exit code 1 when the file says what it expects and something differs; the differences stand on stderr.

    \b
    Example:
      janji evidence api 2026-11 -o api.json && janji recompute api.json
    """
    del as_json
    document = read(file)
    try:
        output = recompute(document, ZoneInfo, default_name=file.stem)
        found = differences(document, output)
    except EvidenceError as error:
        raise Unusable(f"{file}: {error}") from None
    except OverflowError:
        raise Unusable(f"{file}: a date lies beyond the calendar") from None
    click.echo(json.dumps(output, indent=2))
    for item in found:
        click.echo(f"{item.name}: {item.field} is {_text(item.found)}, expected {_text(item.expected)}", err=True)
    return 1 if found else 0


def read(file: Path) -> Mapping[str, object]:
    """The file's JSON object. Raises Unusable with the reason."""
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"), parse_constant=_refuse_constant)
    except OSError as error:
        raise Unusable(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Unusable(f"{file}: this is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unusable(f"{file}:{error.lineno}: this is not JSON ({error.msg})") from None
    except ValueError as error:
        raise Unusable(f"{file}: this is not JSON ({error})") from None
    except RecursionError:
        raise Unusable(f"{file}: this is nested too deeply") from None
    if not isinstance(document, dict):
        raise Unusable(f"{file}: must be a JSON object")
    return document


def _refuse_constant(word: str) -> object:
    raise ValueError(f"{word} is not a JSON number")


def _text(value: object) -> str:
    return "missing" if value is None else json.dumps(value, ensure_ascii=False)
