"""How commands write: tables for people, JSON for programs."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

import click

from monitor.core.text import number

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


class Bar:
    """A progress bar on a terminal, from the third second on. To be told how much is done, and of how much."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        if done < total:
            if not sys.stderr.isatty() or time.monotonic() - self._started <= _PATIENCE:
                return
            self._shown = True
        if self._shown:
            bar = "#" * (done * _WIDTH // max(total, 1))
            text = f"\r{self._label} [{bar.ljust(_WIDTH)}] {number(done)}/{number(total)}"
            click.echo(text, nl=done >= total, err=True)


def watched(items: Sequence[T], label: str) -> Iterator[T]:
    """The items; on a terminal with a progress bar once they have taken two seconds."""
    bar = Bar(label)
    for done, item in enumerate(items):
        bar(done, len(items))
        yield item
    bar(len(items), len(items))
