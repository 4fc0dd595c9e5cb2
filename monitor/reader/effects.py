"""What a decision does to figures, before anybody makes it: each account that it concerns, as it is and as it would be.

One path for whoever asks: the command and the API.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.core.account import Account, Window
from monitor.core.calendar import month_of, months_between
from monitor.core.decision import Case, Decision, Request, RequestType, counts_for
from monitor.core.exclusion import observed_not_up
from monitor.core.interval import Intervals, seconds_in, subtract
from monitor.core.model import Interval, Seconds
from monitor.core.notice import NoticeEvent, notices, standing
from monitor.reader.accounts import Accounts
from monitor.settings.hub import Settings


@dataclass(frozen=True, slots=True)
class Effect:
    """One account before and after an approval."""

    before: Account
    after: Account


class Concerning(Protocol):
    """What is about one component and a period."""

    @property
    def component(self) -> str: ...

    @property
    def period(self) -> Interval: ...


def effects(accounts: Accounts, settings: Settings, request: Request, now: Seconds) -> list[Effect]:
    """What an approval of the request would do to each month that it concerns.

    Exclusions concern the agreements that list their kind; corrections all agreements and the objective too.
    """
    approved = Case(request, Decision(True, "", request.requested_at))
    found = list(agreed(accounts, settings, request, now))
    if request.type is RequestType.CORRECTION:
        found += list(own(accounts, settings, request, now))
    judged = accounts.supposed(request)
    return [
        Effect(account, account.supposing(approved, judged))
        for account in found
        if counts_for(approved, account.excludes)
    ]


@dataclass(frozen=True, slots=True)
class Capped:
    """A maintenance of which not all is excluded though announced in time: an agreement's month is beyond its cap."""

    agreement: str
    month: str
    cap: Seconds
    announced: Seconds  # in that month
    counts: Seconds


def capped(
    accounts: Accounts, settings: Settings, maintenance: str, events: Sequence[NoticeEvent], now: Seconds
) -> Iterator[Capped]:
    """Each agreement's month in which this maintenance, with these events, lies beyond the cap."""
    says = standing(events)
    for agreement in settings.agreements:
        for month in _months(says.period, accounts.agreed.zone_of(agreement)):
            if agreement.id not in accounts.agreements(month):
                continue
            account = _announcing(accounts.agreement(agreement.id, month, now), maintenance, events)
            found = [window for window in account.windows if window.maintenance == maintenance]
            beyond = [piece for window in found if (piece := account.beyond_cap(window)) is not None]
            if beyond and account.maintenance_cap is not None:
                whole = seconds_in(piece for window in found for piece in account.eligible(window))
                yield Capped(agreement.id, month, account.maintenance_cap, whole, seconds_in(beyond))


def _announcing(account: Account, maintenance: str, events: Sequence[NoticeEvent]) -> Account:
    """The account with this maintenance as the events say, whatever of it is published."""
    parts = []
    for part in account.parts:
        pieces = notices(events, part.component, notice=account.notice)
        windows = (Window(maintenance, standing(events).title, piece, part.component) for piece in pieces)
        others = (window for window in part.windows if window.maintenance != maintenance)
        parts.append(replace(part, windows=(*others, *windows)))
    return replace(account, parts=tuple(parts))


def agreed(accounts: Accounts, settings: Settings, request: Concerning, now: Seconds) -> Iterator[Account]:
    """The months of agreements over the component that the period touches, whatever they exclude."""
    for agreement in settings.agreements:
        for month in _months(request.period, accounts.agreed.zone_of(agreement)):
            if agreement.id not in accounts.agreements(month):
                continue
            account = accounts.agreement(agreement.id, month, now)
            if any(part.component == request.component for part in account.parts):
                yield account


def seen_not_up(accounts: Accounts, request: Request) -> Seconds:
    """How many seconds of the request's period were seen down or degraded: more can never be excluded."""
    period = request.period
    spans = accounts.spans(request.component, period.start, period.end)
    return seconds_in(observed_not_up(spans, period))


def inferred_beside(accounts: Accounts, request: Request) -> Intervals:
    """Bridged gaps that touch a correction from outside: downtime inferred from what would be corrected."""
    if request.type is RequestType.EXCLUSION or request.check is not None:
        return ()  # what is judged again is bridged again
    period = request.period
    around = accounts.spans(request.component, period.start - 1, period.end + 1)
    gaps = subtract((Interval(span.start, span.end) for span in around if span.inferred), [period])
    return tuple(gap for gap in gaps if gap.end == period.start or gap.start == period.end)


def unlisted(accounts: Accounts, settings: Settings, request: Request, now: Seconds) -> str | None:
    """Why an exclusion of this kind would count nowhere, or a correction of one check cannot be judged; else None."""
    if request.type is RequestType.CORRECTION:
        return accounts.unfounded(request)
    found = list(agreed(accounts, settings, request, now))
    if any(request.kind in account.excludes for account in found):
        return None
    if not found:
        return f"no agreement over {request.component} held then, and an objective excludes maintenance only"
    listed = {account.id: ", ".join(sorted(account.excludes)) or "nothing" for account in found}
    said = "; ".join(f"{identifier} excludes {kinds}" for identifier, kinds in listed.items())
    return f"no agreement over {request.component} lists {request.kind}: {said}"


def own(accounts: Accounts, settings: Settings, request: Concerning, now: Seconds) -> Iterator[Account]:
    """The months of the component itself that the period touches."""
    zone = ZoneInfo(settings.page.zone)
    for month in _months(request.period, zone):
        if request.component in accounts.components(month, zone):
            yield accounts.month(request.component, month, zone, now)


def _months(period: Interval, zone: ZoneInfo) -> Iterator[str]:
    return months_between(month_of(period.start, zone), month_of(period.end - 1, zone))
