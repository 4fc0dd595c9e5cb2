"""Views to HTML, one environment for each language. Templates find every word made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.core.model import Seconds
from monitor.core.plain import plain
from monitor.reader.detail import DetailView
from monitor.reader.incident_views import IncidentView
from monitor.reader.incidents import IncidentsView
from monitor.reader.site import SiteView
from monitor.reader.views import ComponentView, MaintenanceView, MethodView, PageView, UptimeView
from monitor.reader.window_views import CalendarView
from statuspage.assets import Assets
from statuspage.badges import Badge, component_badge, site_badge
from statuspage.component import component_sheet
from statuspage.days import Days
from statuspage.feeds import feed_of
from statuspage.history import incident_sheet, month_sheet
from statuspage.language import N_, Language, load_language
from statuspage.method import method_sheet
from statuspage.moments import Moments
from statuspage.places import (
    CALENDAR,
    EMBED,
    FEED,
    INCIDENTS,
    MAINTENANCE,
    METHOD,
    SUBSCRIBE,
    UPTIME,
    component_place,
    home,
    incident_place,
    window_place,
)
from statuspage.replies import CONTENT_SECURITY_POLICY
from statuspage.sheet import sheet_of
from statuspage.uptime import Months, uptime_sheet
from statuspage.windows import window_of, windows_sheet
from statuspage.words import page_standing, state_sentence

TEMPLATES = Path(__file__).parent / "templates"

_LINKS = {"": N_("Status"), UPTIME: N_("Uptime"), INCIDENTS: N_("Incidents"), MAINTENANCE: N_("Maintenance")}
"""What the header leads to, save the page itself."""


class View(Protocol):
    """What every page's view has."""

    @property
    def title(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def now(self) -> Seconds: ...


class Renderer:
    """Renders the pages of one language."""

    def __init__(self, language: Language, assets: Assets, site: SiteView, *, copied: bool = False) -> None:
        self.language = language
        self._assets = assets
        self._site = site
        self._copied = copied
        self._days = Days(language)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals["asset"] = assets.path
        self._months = Months(language, self._environment.get_template("month.html").render)

    def status(self, view: PageView) -> bytes:
        """The status page."""
        sheet = sheet_of(view, self.language, self._moments(view), self._days)
        return self._page("status.html", view, {"sheet": sheet, "icon": self._assets.icon(sheet.standing)}, at="")

    def uptime(self, view: UptimeView) -> bytes:
        """The page of months."""
        sheet = uptime_sheet(view, self.language, self._moments(view), self._months)
        return self._page("uptime.html", view, {"sheet": sheet}, at=UPTIME)

    def method(self, view: MethodView) -> bytes:
        """The page of how we measure."""
        sheet = method_sheet(view, self.language, self._moments(view))
        return self._page("method.html", view, {"sheet": sheet}, at=METHOD)

    def component(self, view: DetailView) -> bytes:
        """The page of one component."""
        sheet = component_sheet(view, self.language, self._moments(view), self._days)
        return self._page("component.html", view, {"sheet": sheet}, at=component_place(view.component.id))

    def maintenance(self, view: CalendarView) -> bytes:
        """The page of all maintenance."""
        sheet = windows_sheet(view, self.language, self._moments(view))
        return self._page("maintenance.html", view, {"sheet": sheet}, at=MAINTENANCE)

    def window(self, view: CalendarView, window: MaintenanceView) -> bytes:
        """The page of one maintenance window."""
        words = window_of(window, self.language, self._moments(view))
        return self._page("window.html", view, {"window": words}, at=window_place(window.id))

    def incidents(self, view: IncidentsView, month: str) -> bytes:
        """The page of one month's incidents."""
        sheet = month_sheet(view, month, self.language, self._moments(view))
        return self._page("incidents.html", view, {"sheet": sheet}, at=incident_place(month))

    def incident(self, view: IncidentsView, incident: IncidentView) -> bytes:
        """The page of one incident."""
        sheet = incident_sheet(incident, self.language, self._moments(view))
        return self._page("told.html", view, {"sheet": sheet}, at=incident_place(incident.id))

    def embed(self, view: PageView) -> bytes:
        """The state alone, for a frame on another page."""
        standing, sentence = page_standing(view), state_sentence(view, self.language)
        values = {"sheet": {"standing": standing, "sentence": sentence}}
        return self._page("embed.html", view, values, at=EMBED)

    def feed(self, view: IncidentsView, component: tuple[str, str] | None = None) -> bytes:
        """The Atom feed, or that of one component, by id and name."""
        moments, place = self._moments(view), home(self.language.code, view.languages)
        about, name = component or (None, "")
        at = "" if about is None else component_place(about)
        feed = feed_of(
            view,
            self.language,
            moments,
            url=view.url + place,
            place=at,
            path=at + FEED,
            title=f"{view.title}: {name}" if name else view.title,
            component=about,
        )
        return self._page("feed.xml", view, {"feed": feed}, at=at)

    def badge(self, view: PageView, kind: str, component: ComponentView | None) -> Badge:
        """A badge of a component, or of the whole page."""
        if component is None:
            return site_badge(view, self.language)
        return component_badge(kind, component, self.language, self._moments(view), stale=view.stale)

    def missing(self, view: PageView) -> bytes:
        """The page for a path where nothing is."""
        return self._page("missing.html", view, {})

    def refused(self, view: PageView) -> bytes:
        """The page for a method that is not answered."""
        return self._page("refused.html", view, {})

    def unavailable(self, view: PageView) -> bytes:
        """The page for one that could not be rendered."""
        return self._page("unavailable.html", view, {})

    def starting(self) -> bytes:
        """The page before there is any view."""
        frame = {
            "title": self._site.title,
            "home": "/",
            "site": self._site,
            "icon": self._assets.icon(),
            "copied": None,
            "links": [],
            "translations": [],
            "language": self.language,
            "subscribe": "",
        }
        return self._environment.get_template("starting.html").render(frame).encode()

    def form(self, template: str, view: View, values: Mapping[str, object], at: str | None) -> bytes:
        """A page that is made for one visitor."""
        return self._page(template, view, values, at=at)

    def _moments(self, view: View) -> Moments:
        return Moments(self.language, ZoneInfo(view.zone), view.now)

    def _page(self, template: str, view: View, values: Mapping[str, object], at: str | None = None) -> bytes:
        """`at` is where the page is below its language's home; None: anywhere."""
        code, place = self.language.code, home(self.language.code, view.languages)
        frame = {
            "title": view.title,
            "home": place,
            "method": place + METHOD,
            "calendar": CALENDAR,
            "feed": place + FEED,
            "links": [(self.language.say(name), place + path) for path, name in _LINKS.items() if path != at],
            "translations": [
                (load_language(other), home(other, view.languages) + (at or ""))
                for other in view.languages
                if other != code
            ],
            "language": self.language,
            "site": self._site,
            "icon": self._assets.icon(),
            "refreshes": False,
            "copied": self._moments(view).at(view.now) if self._copied else None,
            "policy": CONTENT_SECURITY_POLICY.partition("; frame-ancestors")[0],
            # A copy that survives the hub takes no forms.
            "subscribe": place + SUBSCRIBE if self._site.subscribe and not self._copied and at != SUBSCRIBE else "",
            "now": view.now,
            "zone_note": self._moments(view).zone_note(),
        }
        return plain(self._environment.get_template(template).render({**frame, **values})).encode()
