"""Owes subscribers what is published about maintenance, once for each thing that was said, and knows which components
each public message is about. Holds no rule."""

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.incident_message import PREFIX as INCIDENT
from monitor.core.maintenance_message import PREFIX, keys, message
from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, standing
from monitor.settings.hub import Settings
from monitor.storage.store import Store


class PublicNews:
    """Reads the store in the writer's thread; looks again only when a fact changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = -1
        self._about: Mapping[str, Collection[str]] = {}

    def owe(self, settings: Settings, now: Seconds) -> None:
        """Owes what is news and was not owed before. Raises StorageAway."""
        version = self._store.facts_version()
        if version == self._seen:
            return
        incidents, maintenance = self._store.incidents.all(), self._store.notices.by_maintenance()
        self._about = {f"{INCIDENT}{id_}": incident.components for id_, incident in incidents.items()}
        self._about = {**self._about, **{f"{PREFIX}{id_}": standing(it).components for id_, it in maintenance.items()}}
        self._announce(settings, maintenance, now)
        self._seen = version

    def about(self, event: str) -> Collection[str] | None:
        """The components that a public message is about; None where that is not known yet."""
        return self._about.get(event.partition("/")[0])

    def _announce(self, settings: Settings, maintenance: Mapping[str, list[NoticeEvent]], now: Seconds) -> None:
        series, told = self._store.notices.series(), {event for event, _ in self._store.outbox.told(PREFIX)}
        for id_, events in maintenance.items():
            for key, count in keys(id_, events, now).items():
                announced = events[count - 1].action is NoticeAction.ANNOUNCE
                if key in told or (announced and series.get(id_, id_) != id_):
                    continue  # of a recurrence only the first is announced, and says how often it comes again
                together = [each for each, first in series.items() if first == id_ and each in maintenance]
                starts = [standing(maintenance[each]).start for each in together]
                self._store.outbox.publish(key, _worded(settings, id_, events[:count], starts), now)


def _worded(settings: Settings, id_: str, events: list[NoticeEvent], starts: list[Seconds]) -> dict[str, Message]:
    page, names = settings.page, {item.id: item.name for item in settings.components}
    zone, place = ZoneInfo(page.zone), f"maintenance/{id_}/"
    return {
        code: message(events, names, zone, page.address(place, code), code, repeats=starts) for code in page.languages
    }
