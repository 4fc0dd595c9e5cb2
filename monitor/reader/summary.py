"""A customer's month: an agreement's figure with its components, incidents and response times, and the months before.

Of this moment: unlike a statement it is not kept by the books. Only what is public of incidents is in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.core.account import Account
from monitor.core.books import Books
from monitor.core.calendar import months_back
from monitor.core.credit import CreditTerms
from monitor.core.model import Seconds
from monitor.core.part import Part
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reader.incident_views import IncidentView
from monitor.reader.incidents import IncidentReader
from monitor.reader.response_times import ResponsePoint, whole
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
    """What a customer is told of a month. `trend` ends with the month itself; `severities` are labels by rank."""

    account: Account
    services: tuple[Served, ...]
    incidents: tuple[IncidentView, ...]  # that touched the month and its components, oldest first
    severities: Mapping[int, str]
    trend: tuple[Account, ...]

    @property
    def by_severity(self) -> Mapping[int, int]:
        """How many incidents of each severity, the gravest first."""
        ranks = [item.severity for item in self.incidents]
        return {rank: ranks.count(rank) for rank in sorted(set(ranks))}

    def label(self, rank: int) -> str:
        """What people call a severity; its rank where the settings no longer say."""
        return self.severities.get(rank, str(rank))


def summary(
    store: Store, accounts: Accounts, settings: Settings, agreement: str, month: str | None, now: Seconds
) -> Summary:
    """Raises NotThere for an agreement or a month that is not."""
    account = asking.agreement(accounts, settings, agreement, month, now)
    return Summary(
        account=account,
        services=tuple(
            Served(_alone(account, part), whole(store, accounts.current(part.component), account.settled))
            for part in account.parts
        ),
        incidents=_incidents(store, settings, account, now, {accounts.current(p.component) for p in account.parts}),
        severities={item.rank: item.label for item in settings.incidents.ranks()},
        trend=tuple(_trend(accounts, account, now)),
    )


def _alone(account: Account, part: Part) -> Account:
    """One component of the agreement by the agreement's rules; credits are the agreement's alone."""
    return replace(account, id=part.component, name=part.name, parts=(part,), books=Books(), credit_terms=CreditTerms())


def _incidents(
    store: Store, settings: Settings, account: Account, now: Seconds, components: set[str]
) -> tuple[IncidentView, ...]:
    """Those that were told while the month ran, of its components or of none in particular."""
    found = [
        item
        for item in IncidentReader(store, settings).public(now, since=account.month.start)
        if not item.moved
        and item.started < account.settled.end
        and (not item.component_ids or components & set(item.component_ids))
    ]
    return tuple(sorted(found, key=lambda item: (item.started, item.id)))


def _trend(accounts: Accounts, account: Account, now: Seconds) -> list[Account]:
    """The agreement's months before and this one, as far as it held."""
    earlier = reversed(months_back(account.label, QUARTER)[1:])
    held = [label for label in earlier if account.id in accounts.agreements(label)]
    return [*(accounts.agreement(account.id, label, now) for label in held), account]
