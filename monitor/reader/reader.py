"""The reader that the status page is given: views on demand, a version, and what keeps us from being ready."""

from collections.abc import Callable

from monitor.core.model import Seconds
from monitor.reader import maintenance
from monitor.reader.detail import DetailReader, DetailView
from monitor.reader.incidents import IncidentReader, IncidentsView
from monitor.reader.method import method
from monitor.reader.page import PageReader
from monitor.reader.response_times import Period, ResponseTimes, ResponseTimesView
from monitor.reader.site import SiteView, site
from monitor.reader.uptime import UptimeReader
from monitor.reader.views import Evidence, MethodView, PageView, Readiness, UptimeView
from monitor.reader.window_views import CalendarView
from monitor.settings.hub import Settings
from monitor.storage.store import Store


class Reader:
    """Views of one store. `now` is the hub's clock; settings can be replaced while it runs."""

    def __init__(self, store: Store, settings: Settings, now: Callable[[], Seconds]) -> None:
        self._store = store
        self._now = now
        self._settings = settings
        self._site = site(settings)
        self._page = PageReader(store, settings)
        self._uptime = UptimeReader(store, settings)
        self._response_times = ResponseTimes(store)
        self._incidents = IncidentReader(store, settings)
        self.role = "starting"
        self._detail = DetailReader(store, self._response_times)
        self._seen: PageView | None = None
        self._version = 0
        self._problems: dict[str, str] = {"starting": "Starting: nothing was rendered yet."}

    def site(self) -> SiteView:
        """What every page shows, by the settings in force."""
        return self._site

    def page(self) -> PageView:
        self._seen = self._page.page(self._now())
        return self._seen

    def detail(self, component: str) -> DetailView | None:
        """One component as the newest page view has it; None for one that is not on it."""
        return self._detail.detail(self._seen or self.page(), component)

    def calendar(self) -> CalendarView:
        """All maintenance."""
        now, page = self._now(), self._settings.page
        found = maintenance.events(self._store.notices.all(), now)
        names = {item.id: item.name or item.id for item in self._settings.components}
        return CalendarView(
            title=page.title,
            url=page.url or "",
            zone=page.zone,
            languages=tuple(page.languages),
            now=now,
            windows=tuple(maintenance.views(found, names, now, cancelled=True)),
        )

    def uptime(self) -> UptimeView:
        return self._uptime.uptime(self._now())

    def incidents(self) -> IncidentsView:
        return self._incidents.incidents(self._now())

    def method(self) -> MethodView:
        return method(self._store, self._settings, self.uptime())

    def evidence(self, component: str, month: str) -> Evidence | None:
        """Of a month that the Uptime view lists and that has a target; None for any other."""
        return self._uptime.evidence(component, month, self._now())

    def response_times(self, component: str, period: Period) -> ResponseTimesView:
        """Of all its checks and locations together; gaps alone for a component without answers, or none at all.

        The first look at 90 days unpacks every sealed day of the component (a tenth of a second for three
        locations), later ones only what is new.
        """
        return self._response_times.view(component, period, self._now())

    def version(self) -> int:
        return self._version

    def readiness(self) -> Readiness:
        return Readiness(not self._problems, tuple(self._problems.values()), self.role)

    def changed(self) -> None:
        """Facts changed: the next look at the version tells."""
        self._version += 1

    def use(self, settings: Settings) -> None:
        """Reads by another version of the settings from now on."""
        self._settings = settings
        self._site = site(settings)
        self._page = PageReader(self._store, settings)
        self._uptime = UptimeReader(self._store, settings)
        self._incidents = IncidentReader(self._store, settings)
        self._seen = None
        self.changed()

    def report(self, part: str, problem: str | None) -> None:
        """Books what is wrong with a part of the house, one plain sentence, or that nothing is."""
        if problem is None:
            self._problems.pop(part, None)
        else:
            self._problems[part] = problem
