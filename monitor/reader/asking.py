"""Finding the account that somebody asks for by words: one path for commands and API, with the nearest name said."""

from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.calendar import month_bounds, month_of, months_of
from monitor.core.model import Seconds
from monitor.reader.accounts import Accounts
from monitor.settings.hub import AgreementSettings, Settings
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
    except (ValueError, OverflowError):
        raise NotThere(f"{text!r} lies beyond the calendar; the running month is {month_of(now, zone)}") from None
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
    wanted = accounts.current(wanted)
    if wanted not in facts:
        raise NotThere(f"there is no component {wanted!r}; {near(wanted, sorted(facts))}")
    label = month(asked, zone, now)
    if wanted not in accounts.components(label, zone):
        since = facts[wanted].since
        first = "" if since is None else f"; its first month is {month_of(since, zone)}"
        raise NotThere(f"{wanted} was not in service in {label}{first}")
    return accounts.month(wanted, label, zone, now)


def component_months(
    accounts: Accounts, facts: Mapping[str, ComponentFacts], wanted: str, period: str, zone: ZoneInfo, now: Seconds
) -> list[Account]:
    """A component's months of a year, a quarter or a month, those in which it was in service. Raises NotThere."""
    labels = months(period, zone, now)
    return _those_there(labels, lambda label: component(accounts, facts, wanted, label, zone, now))


def agreement_months(accounts: Accounts, settings: Settings, wanted: str, period: str, now: Seconds) -> list[Account]:
    """An agreement's months of a year, a quarter or a month, those in which it holds. Raises NotThere."""
    labels = months(period, _own_zone(accounts, settings, wanted), now)
    return _those_there(labels, lambda label: agreement(accounts, settings, wanted, label, now))


def agreement(accounts: Accounts, settings: Settings, wanted: str, asked: str | None, now: Seconds) -> Account:
    """An agreement's month, in its own zone; a closed one also after it left the settings. Raises NotThere."""
    label = month(asked, _own_zone(accounts, settings, wanted), now)
    if wanted in accounts.agreements(label):
        return accounts.agreement(wanted, label, now)
    terms(settings, wanted)
    raise NotThere(f"agreement {wanted} does not hold in {label}, or a component of it was never measured")


def terms(settings: Settings, wanted: str) -> AgreementSettings:
    """An agreement as the settings hold it. Raises NotThere."""
    known = {item.id: item for item in settings.agreements}
    if wanted not in known:
        raise NotThere(f"there is no agreement {wanted!r}; {near(wanted, sorted(known))}")
    return known[wanted]


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


def _own_zone(accounts: Accounts, settings: Settings, agreement: str) -> ZoneInfo:
    """An agreement's zone; the page's for one that left the settings."""
    known = (item for item in settings.agreements if item.id == agreement)
    return next(map(accounts.agreed.zone_of, known), ZoneInfo(settings.page.zone))


def _those_there(labels: Iterable[str], one: Callable[[str], Account]) -> list[Account]:
    """The accounts of the months that are there. Raises NotThere, what is said of the last, when none is."""
    found: list[Account] = []
    missing = None
    for label in labels:
        try:
            found.append(one(label))
        except NotThere as error:
            missing = error
    if missing is not None and not found:
        raise missing
    return found
