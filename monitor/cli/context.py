"""What commands share: finding and loading the settings, secrets, the store, who is acting, and the clock."""

import getpass
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.core.decision import UNPROVEN
from monitor.core.model import Seconds
from monitor.core.secret import SecretMissing, resolve
from monitor.core.token import hash_token

if TYPE_CHECKING:  # settings and storage take half a second to import: only for the commands that need them
    from monitor.settings.hub import Settings
    from monitor.settings.loader import Loaded
    from monitor.storage.store import Store


def lookup(reference: str) -> str:
    """The value of a reference: `NAME` from the environment, `file:/path` from a file. Raises SecretMissing."""
    if reference.startswith("file:"):
        try:
            return Path(reference.removeprefix("file:")).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SecretMissing(reference) from error
    value = os.environ.get(reference)
    if value is None:
        raise SecretMissing(reference)
    return value


def is_set(reference: str) -> bool:
    """Whether a reference can be resolved now."""
    try:
        lookup(reference)
    except SecretMissing:
        return False
    return True


@dataclass
class Context:
    """The state of one call of the command."""

    option: Path | None = None

    @property
    def path(self) -> Path:
        """The settings file that this call uses."""
        from monitor.settings.loader import find

        return find(self.option, os.environ)

    def load(self, *, with_channels: bool = False) -> "Loaded":
        """Loads the settings; raises SettingsError with all mistakes."""
        from monitor.settings.loader import load
        from statuspage.catalogues import codes

        if not with_channels:
            return load(self.path, secrets=is_set, languages=codes())
        from monitor.notify.deliver import wrong_with

        return load(self.path, secrets=is_set, check_channel=wrong_with, languages=codes())

    def store(self, settings: "Settings") -> "Store":
        """The store for a command that changes facts; tables are brought up to date."""
        from monitor.storage.store import Store

        return Store.open(database_of(settings))[0]

    def reading(self, settings: "Settings") -> "Store":
        """The store for a command that only looks."""
        from monitor.storage.store import Store

        return Store.open_read_only(database_of(settings))


def database_of(settings: "Settings") -> str:
    """The database's URL with its secrets in place."""
    try:
        return resolve(settings.server.database, lookup)
    except SecretMissing as error:
        raise click.ClickException(
            f"server.database needs {error}, which is not set; export it or change the settings"
        ) from None


def now() -> Seconds:
    """The present instant."""
    return int(time.time())


def actor(store: "Store", scope: str) -> str:
    """Who acts: the holder of `$JANJI_TOKEN`, who needs the scope; without a token the OS user, unproven."""
    token = os.environ.get("JANJI_TOKEN")
    if not token:
        return f"{getpass.getuser()}{UNPROVEN}"
    holder = store.tokens.holder(hash_token(token))
    if holder is None:
        raise click.ClickException("the token in $JANJI_TOKEN is not in use; ask for a new one")
    if scope not in holder.scopes:
        raise click.ClickException(f"the token {holder.name} has no scope {scope}; it has {', '.join(holder.scopes)}")
    return holder.name
