"""Evidence: a month's account as a document that `recompute` reads. Holds nothing internal: no address, no location."""

from collections.abc import Iterable
from importlib.metadata import version

from monitor import __version__
from monitor.core.account import Account
from monitor.core.evidence import write
from monitor.core.ledger import Entry


class NoTarget(ValueError):
    """A component without an objective has no promise to prove."""


def document(account: Account, head: Entry | None) -> dict[str, object]:
    """The bundle, what made it, and the ledger's head (None: nothing was decided yet) as of now.

    Of a closed month it is the one that was closed, byte for byte, with the entry that sealed it. Raises NoTarget for
    an account without a target: a bundle always states one.
    """
    closing = account.books.closing
    if closing is not None and closing.seal is not None:
        sealed = {"number": closing.seal.number, "digest": closing.seal.digest}
        kept = {"state": closing.stage.value, "revision": closing.revision, "digest": closing.digest}
        return {**closing.bundle, **_fee(account), "ledger_head": sealed, "books": kept}
    if account.target is None:
        raise NoTarget(f"{account.id} has no objective to prove; give it one in the settings")
    return {
        **write(account.bundle),
        **_fee(account),
        "tzdata": version("tzdata"),
        "engine": f"janji {__version__}",
        "resolution_seconds": account.every,
        "ledger_head": None if head is None else {"number": head.number, "digest": head.digest},
    }


def of_months(period: str, accounts: Iterable[Account], head: Entry | None) -> dict[str, object]:
    """The bundles of several months, as `recompute` reads them. Raises NoTarget."""
    return {"period": period, "vectors": [document(account, head) for account in accounts]}


def _fee(account: Account) -> dict[str, object]:
    """The monthly fee, which turns `credit_percent` into an amount; nothing without one."""
    terms = account.credit_terms
    return {} if terms.fee is None else {"fee": {"amount": str(terms.round_fee), "currency": terms.currency}}
