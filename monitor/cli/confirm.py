"""Asking before something is done, where somebody is there to answer."""

import sys
from collections.abc import Iterable

import click

yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask. Without a terminal nothing is asked.")


def confirm(lines: Iterable[str], *, yes: bool) -> None:
    """Says what follows and asks whether to go on; raises click.Abort for no."""
    if yes or not sys.stdin.isatty():
        return
    for line in lines:
        click.echo(line, err=True)
    click.confirm("Go on?", abort=True, err=True)
