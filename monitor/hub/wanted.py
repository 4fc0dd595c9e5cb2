"""From settings to what the other floors need: terms for the store, locations whose results travel."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.model import Seconds
from monitor.settings.hub import Settings
from monitor.storage.terms import WantedCheck, WantedComponent


def wanted_components(settings: Settings) -> list[WantedComponent]:
    """What the store is to judge by."""
    zone = ZoneInfo(settings.page.zone)
    return [
        WantedComponent(
            id=component.id,
            bridge=_seconds(component.bridge),
            since=_midnight(component.since, zone),
            until=_midnight(component.until, zone),
            checks=tuple(
                WantedCheck(
                    component=component.id,
                    check=check.id or check.kind,
                    every=_seconds(check.every),
                    locations=tuple(check.locations or ()),
                    vote=check.vote,
                    critical=bool(check.critical),
                    definition=check.definition(),
                )
                for check in component.checks
            ),
            was=component.was,
        )
        for component in settings.components
    ]


def agents(settings: Settings) -> frozenset[str]:
    """The locations that agents probe from."""
    return frozenset(location.name for location in settings.locations if location.agent)


def _seconds(length: timedelta) -> Seconds:
    return length // timedelta(seconds=1)


def _midnight(day: object, zone: ZoneInfo) -> Seconds | None:
    """A date of the settings as the instant it begins in the page's zone; a moment as it is."""
    if day is None:
        return None
    moment = day if isinstance(day, datetime) else datetime.fromisoformat(f"{day}T00:00:00")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return int(moment.timestamp())
