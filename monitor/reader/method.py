"""The view of how we measure: this page's settings in figures, and a month of live data to work through."""

from collections.abc import Iterable

from monitor.probes.base import Check
from monitor.reader.views import CheckedView, Example, MeasuredView, MethodView, UptimeView
from monitor.settings.hub import ComponentSettings, Location, Settings
from monitor.storage.store import Store


def method(store: Store, settings: Settings, uptime: UptimeView) -> MethodView:
    """How the components of a page are measured now."""
    public = {item.name: label_of(item) for item in settings.locations if item.public}
    head = store.ledger_head()
    return MethodView(
        title=uptime.title,
        zone=uptime.zone,
        languages=uptime.languages,
        now=uptime.now,
        components=tuple(_measured(item, public) for item in settings.components),
        example=example(uptime),
        ledger_head=None if head is None else head.digest,
    )


def example(uptime: UptimeView) -> Example | None:
    """The newest month with downtime, over before running, else the newest with any measured time."""
    found = [
        Example(component.name, month)
        for component in uptime.components
        for month in component.months
        if month.figure.measured_seconds
    ]
    found.sort(key=lambda item: item.month.month, reverse=True)
    found.sort(key=lambda item: (not item.month.figure.down_seconds, not item.month.final))
    return found[0] if found else None


def label_of(location: Location) -> str:
    """What the page calls a location. The one that nobody named has no name worth telling."""
    if location.label:
        return location.label
    return "" if location.name == "local" else location.name.title()


def _measured(component: ComponentSettings, public: dict[str, str]) -> MeasuredView:
    critical = [check for check in component.checks if check.critical]
    return MeasuredView(
        name=component.name or component.id,
        checks=tuple(dict.fromkeys(_checked(critical, public))),
        lesser=len(component.checks) - len(critical),
        bridge=int(component.bridge.total_seconds()),
        reported=component.reported,
    )


def _checked(checks: Iterable[Check], public: dict[str, str]) -> Iterable[CheckedView]:
    for check in checks:
        locations = check.locations or ()
        yield CheckedView(
            every=int(check.every.total_seconds()),
            places=tuple(public[name] for name in locations if public.get(name)),
            locations=len(locations),
            mode=check.vote,
        )
