"""A customer's month: an agreement's figure with its components, incidents and response times, and the months before.

Of this moment: unlike a statement it is not kept by the books. Only what is public of incidents is in it.
"""

from dataclasses import dataclass, replace

from monitor.core.account import Account
from monitor.core.books import Books
from monitor.core.calendar import months_back
from monitor.core.credit import CreditTerms
from monitor.core.model import Seconds
from monitor.core.part import Part
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reader.response_times import ResponsePoint, whole
from monitor.reader.told_incidents import ToldIncidents, told_incidents
from monitor.settings.hub import Settings
from monitor.storage.store import Store

QUARTER = 3
"""Months that the trend is of, the summary's own included."""


@dataclass(frozen=True, slots=True)
class Served:
    """One component by the agreement's rules, and how long its answers took; nothing of one that is not probed."""

    account: Account
    times: ResponsePoint


@dataclass(frozen=True, slots=True)
class Summary:
    """What a customer is told of a month. `trend` ends with the month itself."""

    account: Account
    services: tuple[Served, ...]
    incidents: ToldIncidents  # that touched the month and its components
    trend: tuple[Account, ...]


def summary(
    store: Store, accounts: Accounts, settings: Settings, agreement: str, month: str | None, now: Seconds
) -> Summary:
    """Raises NotThere for an agreement or a month that is not."""
    account = asking.agreement(accounts, settings, agreement, month, now)
    components = [accounts.current(part.component) for part in account.parts]
    return Summary(
        account=account,
        services=tuple(
            Served(_alone(account, part), whole(store, component, account.settled))
            for part, component in zip(account.parts, components, strict=True)
        ),
        incidents=told_incidents(store, settings, account.settled, now, components),
        trend=tuple(_trend(accounts, account, now)),
    )


def _alone(account: Account, part: Part) -> Account:
    """One component of the agreement by the agreement's rules; credits are the agreement's alone."""
    return replace(account, id=part.component, name=part.name, parts=(part,), books=Books(), credit_terms=CreditTerms())


def _trend(accounts: Accounts, account: Account, now: Seconds) -> list[Account]:
    """The agreement's months before and this one, as far as it held."""
    earlier = reversed(months_back(account.label, QUARTER)[1:])
    held = [label for label in earlier if account.id in accounts.agreements(label)]
    return [*(accounts.agreement(account.id, label, now) for label in held), account]
