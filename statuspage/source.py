"""What the page asks of whoever has the facts."""

from typing import Protocol

from monitor.reader.detail import DetailView
from monitor.reader.incidents import IncidentsView
from monitor.reader.site import SiteView
from monitor.reader.views import Evidence, MethodView, PageView, Readiness, UptimeView
from monitor.reader.window_views import CalendarView


class Reader(Protocol):
    """Where views come from. All but the last two may take their time (they are called in a reader thread)."""

    def site(self) -> SiteView:
        """What every page shows; the same object until the settings change."""
        ...

    def page(self) -> PageView:
        """The whole page as of now."""
        ...

    def detail(self, component: str) -> DetailView | None:
        """One component, as the newest page has it; None for one that is not on it."""
        ...

    def calendar(self) -> CalendarView:
        """All maintenance, as of now."""
        ...

    def incidents(self) -> IncidentsView:
        """Everything that customers were ever told, as of now."""
        ...

    def uptime(self) -> UptimeView:
        """Month by month, as of now."""
        ...

    def method(self) -> MethodView:
        """How we measure, as of now."""
        ...

    def evidence(self, component: str, month: str) -> Evidence | None:
        """What a month of a component is made of; None where there is nothing to prove."""
        ...

    def version(self) -> int:
        """Changes whenever facts changed; cheap."""
        ...

    def readiness(self) -> Readiness:
        """Answered from memory: it is called in the event loop, for anybody who asks."""
        ...
