"""How commands write: tables for people, JSON for programs."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click

T = TypeVar("T")

_PATIENCE = 2.0
_WIDTH = 30

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def write_json(value: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def write_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they need; the last one runs free."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    for row in (head, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip())


def watched(items: Sequence[T], label: str) -> Iterator[T]:
    """The items; on a terminal with a progress bar once they have taken two seconds."""
    started, shown = time.monotonic(), False
    for done, item in enumerate(items):
        if sys.stderr.isatty() and time.monotonic() - started > _PATIENCE:
            bar = "#" * (done * _WIDTH // len(items))
            click.echo(f"\r{label} [{bar.ljust(_WIDTH)}] {done}/{len(items)}", nl=False, err=True)
            shown = True
        yield item
    if shown:
        click.echo(f"\r{label} [{'#' * _WIDTH}] {len(items)}/{len(items)}", err=True)
