"""`janji token`: who may act, and as what. A token is shown once; only its hash is stored."""

import re
import secrets

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.calendar import format_instant
from monitor.core.token import SCOPES, hash_token
from monitor.storage.tokens import TokenRecord

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,62}")


@click.group("token")
def command() -> None:
    """Create, list and revoke the tokens that prove who acts.

    Whoever holds a token puts it in $JANJI_TOKEN; what they do is entered in the ledger under its name.
    """


@command.command("create")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What it allows; repeat it."
)
@json_option
@click.pass_obj
def create(context: Context, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Create a token and show it, once.

    \b
    Example:
      janji token create budi --scope maintenance --scope approve
    """
    if _NAME.fullmatch(name) is None:
        raise click.UsageError(f"{name!r} is no name for a token; use letters, digits and . _ @ -")
    token = f"janji_{secrets.token_urlsafe(32)}"
    scopes = tuple(dict.fromkeys(scopes))
    store = context.store(context.load().settings)
    try:
        store.tokens.create(name, scopes, hash_token(token), now=now(), actor=actor(store, "token"))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    if as_json:
        write_json({"name": name, "scopes": list(scopes), "token": token})
        return
    click.echo(token)
    click.echo(f"This is the token of {name} ({', '.join(scopes)}). It is shown only now; keep it safe.", err=True)


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Revoked ones too.")
@json_option
@click.pass_obj
def show_all(context: Context, everything: bool, as_json: bool) -> None:
    """List the tokens that are in use.

    \b
    Example:
      janji token list --all
    """
    store = context.reading(context.load().settings)
    try:
        found = [token for token in store.tokens.all() if everything or token.revoked_at is None]
    finally:
        store.close()
    if as_json:
        write_json([_document(token) for token in found])
    elif not found:
        click.echo("No tokens; `janji token create NAME --scope SCOPE` makes one.")
    else:
        rows = [
            (
                token.name,
                ", ".join(token.scopes),
                format_instant(token.created_at),
                _moment(token.revoked_at) or "in use",
            )
            for token in found
        ]
        write_table(("NAME", "SCOPES", "CREATED", "REVOKED"), rows)


@command.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke(context: Context, name: str) -> None:
    """Take a token out of use, at once and for good.

    \b
    Example:
      janji token revoke budi
    """
    store = context.store(context.load().settings)
    try:
        store.tokens.revoke(name, now=now(), actor=actor(store, "token"))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    click.echo(f"The token {name} is no longer in use.")


def _document(token: TokenRecord) -> dict[str, object]:
    return {
        "name": token.name,
        "scopes": list(token.scopes),
        "created_at": format_instant(token.created_at),
        "revoked_at": _moment(token.revoked_at),
    }


def _moment(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
