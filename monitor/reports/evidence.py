"""Evidence: a month's account as a document that `recompute` reads. Holds nothing internal: no address, no location."""

from importlib.metadata import version

from monitor import __version__
from monitor.core.account import Account
from monitor.core.evidence import write
from monitor.core.ledger import Entry


class NoTarget(ValueError):
    """A component without an objective has no promise to prove."""


def document(account: Account, head: Entry | None) -> dict[str, object]:
    """The bundle, what made it, and the ledger's head (None: nothing was decided yet) as of now.

    Raises NoTarget for an account without a target: a bundle always states one.
    """
    if account.target is None:
        raise NoTarget(f"{account.id} has no objective to prove; give it one in the settings")
    return {
        **write(account.bundle),
        "tzdata": version("tzdata"),
        "engine": f"janji {__version__}",
        "resolution_seconds": account.every,
        "ledger_head": None if head is None else {"number": head.number, "digest": head.digest},
    }
