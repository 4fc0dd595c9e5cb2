"""Owes subscribers what is published about maintenance, once for each thing that was said, and knows which components
each public message is about. Holds no rule."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from monitor.core.alert import Attachment, Message
from monitor.core.incident_message import PREFIX as INCIDENT
from monitor.core.maintenance_message import PREFIX, keys, message
from monitor.core.model import Seconds
from monitor.core.notice import NoticeAction, NoticeEvent, standing
from monitor.reader.maintenance import views
from monitor.reader.telling import names_of
from monitor.reader.window_views import CalendarView
from monitor.reports.ics import calendar
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
                shown = {each: maintenance[each] for each in together if announced} | {id_: events[:count]}
                self._store.outbox.publish(key, _worded(settings, id_, shown, starts, now), now)


def _worded(
    settings: Settings, id_: str, shown: Mapping[str, list[NoticeEvent]], starts: list[Seconds], now: Seconds
) -> dict[str, Message]:
    """What is said of a maintenance, in each language, with the calendar of what is `shown`."""
    page, names = settings.page, names_of(settings)
    zone, windows = ZoneInfo(page.zone), views(shown, names, now, cancelled=True)
    view = CalendarView(page.title, page.url or "", page.zone, tuple(page.languages), now, tuple(windows))

    def said(code: str) -> Message:
        def address(window: str) -> str:
            return page.address(f"maintenance/{window}/", code)

        made = message(shown[id_], names, zone, address(id_), code, repeats=starts)
        return replace(made, attachment=Attachment(f"{id_}.ics", calendar(view, windows, address)))

    return {code: said(code) for code in page.languages}
