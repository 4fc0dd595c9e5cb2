"""Finding the account that somebody asks for by words: one path for commands and API, with the nearest name said."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.calendar import month_bounds, month_of, months_of
from monitor.core.model import Seconds
from monitor.reader.accounts import Accounts
from monitor.settings.hub import Settings
from monitor.settings.wording import near
from monitor.storage.store import ComponentFacts


class NotThere(LookupError):
    """Something was asked for that is not there; the text says what is."""


def zone(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The zone called so. Raises NotThere."""
    if name is None:
        return default
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise NotThere(f"{name!r} is not a time zone; write one such as Asia/Jakarta") from None


def month(text: str | None, zone: ZoneInfo, now: Seconds) -> str:
    """The month as asked, by default the running one. Raises NotThere for no month and for one to come."""
    if text is None:
        return month_of(now, zone)
    try:
        bounds = month_bounds(text, zone)
    except (ValueError, OverflowError):
        raise NotThere(f"{text!r} is not a month; write one such as {month_of(now, zone)}") from None
    if bounds.start > now:
        raise NotThere(f"{text} has not begun; the running month is {month_of(now, zone)}")
    return text


def months(text: str | None, zone: ZoneInfo, now: Seconds) -> tuple[str, ...]:
    """The months of a year, a quarter or a month that have begun; by default the running one. Raises NotThere."""
    if text is None or not is_longer(text):
        return (month(text, zone, now),)
    try:
        begun = tuple(each for each in months_of(text) if month_bounds(each, zone).start <= now)
    except OverflowError:
        begun = ()
    if not begun:
        raise NotThere(f"{text} has not begun; the running month is {month_of(now, zone)}")
    return begun


def is_longer(text: str | None) -> bool:
    """Whether a quarter or a year is asked for."""
    try:
        return text is not None and len(months_of(text)) > 1
    except ValueError:
        return False


def component(
    accounts: Accounts,
    facts: Mapping[str, ComponentFacts],
    wanted: str,
    asked: str | None,
    zone: ZoneInfo,
    now: Seconds,
) -> Account:
    """A component's month. Raises NotThere."""
    if wanted not in facts:
        raise NotThere(f"there is no component {wanted!r}; {near(wanted, sorted(facts))}")
    label = month(asked, zone, now)
    if wanted not in accounts.components(label, zone):
        since = facts[wanted].since
        first = "" if since is None else f"; its first month is {month_of(since, zone)}"
        raise NotThere(f"{wanted} was not in service in {label}{first}")
    return accounts.month(wanted, label, zone, now)


def agreement(accounts: Accounts, settings: Settings, wanted: str, asked: str | None, now: Seconds) -> Account:
    """An agreement's month, in its own zone; a closed one also after it left the settings. Raises NotThere."""
    known = {item.id: item for item in settings.agreements}
    own = accounts.agreed.zone_of(known[wanted]) if wanted in known else ZoneInfo(settings.page.zone)
    label = month(asked, own, now)
    if wanted in accounts.agreements(label):
        return accounts.agreement(wanted, label, now)
    if wanted not in known:
        raise NotThere(f"there is no agreement {wanted!r}; {near(wanted, sorted(known))}")
    raise NotThere(f"agreement {wanted} does not hold in {label}, or a component of it was never measured")


def everything(accounts: Accounts, month: str, zone: ZoneInfo, now: Seconds) -> list[Account]:
    """A month's accounts of all that was in service: components, then agreements. Raises NotThere for none."""
    found = all_of(accounts, month, zone, now)
    if not found:
        raise NotThere(f"nothing was in service in {month}")
    return found


def all_of(accounts: Accounts, month: str, zone: ZoneInfo, now: Seconds) -> list[Account]:
    """As `everything`; empty where nothing was in service."""
    found = [accounts.month(each, month, zone, now) for each in accounts.components(month, zone)]
    return found + [accounts.agreement(each, month, now) for each in accounts.agreements(month)]
