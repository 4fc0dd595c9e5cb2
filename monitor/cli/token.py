"""`janji token`: who may act, and as what. A token is shown once; only its hash is stored."""

import re
import secrets

import click

from monitor.cli.context import Context, actor, now
from monitor.cli.output import json_option, write_json, write_table
from monitor.core.calendar import format_instant
from monitor.core.token import ANY_HEARTBEAT, ANY_LOCATION, SCOPES, hash_token, heartbeat_of, location_of, wrong_with
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.tokens import TokenRecord

_CURL = "curl -fsS --retry 10 --retry-connrefused --retry-max-time 600"
"""It tries again for as long as `core.heartbeat.PATIENCE`: over a restart of ours no beat is lost."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,62}")


@click.group("token")
def command() -> None:
    """Create, list and revoke the tokens that prove who acts.

    Whoever holds a token puts it in $JANJI_TOKEN; what they do is entered in the ledger under its name.
    """


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    metavar="SCOPE",
    help=f"What it allows; repeat it. One of {', '.join(SCOPES)}, or alone {ANY_LOCATION} for an agent and "
    f"{ANY_HEARTBEAT} for a job.",
)
@json_option
@click.pass_obj
def create(context: Context, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Create a token and show it, once.

    \b
    Example:
      janji token create budi --scope maintenance --scope approve
      janji token create singapore --scope location:singapore
      janji token create refresh-job --scope heartbeat:data/refresh
    """
    if _NAME.fullmatch(name) is None:
        raise click.UsageError(f"{name!r} is no name for a token; use letters, digits and . _ @ -")
    token = f"janji_{secrets.token_urlsafe(32)}"
    scopes = tuple(dict.fromkeys(scopes))
    settings = context.load().settings
    _check_scopes(scopes, settings)
    store = context.store(settings)
    try:
        store.tokens.create(name, scopes, hash_token(token), now=now(), actor=actor(store, "token"))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    finally:
        store.close()
    address = None if heartbeat_of(scopes) is None else f"{settings.page.url or _listener(settings)}/beat/{token}"
    if as_json:
        beats = {} if address is None else {"address": address}
        write_json({"name": name, "scopes": list(scopes), "token": token, **beats})
        return
    click.echo(token if address is None else address)
    if address is not None:
        click.echo(f"The job sends a beat when it is done: {_CURL} {address}", err=True)
        click.echo("At its beginning the same with /start behind it, when it fails with /fail or /$?.", err=True)
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


def _listener(settings: Settings) -> str:
    """Where the page is reached as far as this machine knows: `page.url` is not written."""
    return f"http://{settings.server.listen}"


def _check_scopes(scopes: tuple[str, ...], settings: Settings) -> None:
    """Refuses scopes that open nothing, a location's among others, and agents of locations that nobody configured."""
    if (wrong := wrong_with(scopes)) is not None:
        raise click.UsageError(wrong)
    location, agents = location_of(scopes), [item.name for item in settings.locations if item.agent]
    if location is not None and location not in agents:
        hint = near(location, agents) if agents else "no location has agent: true"
        raise click.UsageError(f"there is no location {location} with an agent in the settings; {hint}")
    check = heartbeat_of(scopes)
    if check is None:
        return
    jobs = [f"{item.id}/{each.id or each.kind}" for item in settings.components for each in item.checks if each.at_hub]
    if "/".join(check) not in jobs:
        hint = near("/".join(check), jobs) if jobs else "they have no check of kind heartbeat"
        raise click.UsageError(f"there is no heartbeat {'/'.join(check)} in the settings; {hint}")


def _document(token: TokenRecord) -> dict[str, object]:
    return {
        "name": token.name,
        "scopes": list(token.scopes),
        "created_at": format_instant(token.created_at),
        "revoked_at": _moment(token.revoked_at),
    }


def _moment(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
