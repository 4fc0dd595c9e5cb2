"""What is only rendered when somebody asks: the replies of a key. Their paths are listed in `paths`."""

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_of
from monitor.reader.detail import DetailView
from monitor.reader.incidents import IncidentsView
from monitor.reader.views import Evidence, PageView
from monitor.reader.window_views import CalendarView, MaintenanceView
from monitor.reports import evidence
from monitor.reports.ics import ICS, calendar
from statuspage import openapi
from statuspage.api import component_body
from statuspage.badges import KINDS, SVG, drawn, endpoint
from statuspage.compat import Compat
from statuspage.edition import Replies
from statuspage.feeds import ATOM
from statuspage.paths import paths
from statuspage.places import (
    CALENDAR,
    EMBED,
    FEED,
    INCIDENTS,
    MAINTENANCE,
    METHOD,
    OPENAPI,
    UPTIME,
    V2,
    badge_place,
    component_data,
    component_feed,
    component_place,
    evidence_path,
    home,
    incident_place,
    window_calendar,
    window_place,
)
from statuspage.render import Renderer
from statuspage.replies import ANY_ORIGIN, EMBEDDED, HTML, JSON, SECURITY, Reply
from statuspage.source import Reader


class Contents:
    """Makes the replies of one key. `renderer` gives the one of a language."""

    def __init__(self, reader: Reader, renderer: Callable[[str], Renderer]) -> None:
        self._reader = reader
        self._renderer = renderer

    def keys(self, view: PageView) -> dict[str, str]:
        """Every path that is rendered on request, and its key."""
        return dict(paths(view))

    def make(self, key: str, view: PageView) -> Replies:
        """The replies of a key, in step with a view of the page; called in a reader thread."""
        reader = self._reader
        match key.split():
            case ["uptime"]:
                months = reader.uptime()
                return self._pages(months.languages, UPTIME, lambda renderer: renderer.uptime(months))
            case ["method"]:
                rules = reader.method()
                return self._pages(rules.languages, METHOD, lambda renderer: renderer.method(rules))
            case ["embed"]:
                return self._embeds(view)
            case ["component", component]:
                return self._component(reader.detail(component))
            case ["badges", *components]:
                return self._badges(view, components)
            case ["maintenance"]:
                return self._maintenance(reader.calendar())
            case ["window", window]:
                return self._window(reader.calendar(), window)
            case ["incidents", month]:
                return self._month(reader.incidents(), month)
            case ["incident", incident]:
                return self._incident(reader.incidents(), incident)
            case ["feed", *components]:
                return self._feeds(reader.incidents(), view, components)
            case ["openapi"]:
                return {OPENAPI: Reply(200, openapi.document(view.title, view.url), JSON, headers=ANY_ORIGIN)}
            case ["v2"]:
                return self._compat(view, reader.incidents())
            case ["evidence", component, month]:
                return _evidence(component, month, reader.evidence(component, month))
            case _:
                raise ValueError(f"there is nothing to render for {key!r}")

    def _pages(self, languages: tuple[str, ...], place: str, render: Callable[[Renderer], bytes]) -> dict[str, Reply]:
        return {home(code, languages) + place: html(code, render(self._renderer(code))) for code in languages}

    def _component(self, view: DetailView | None) -> Replies:
        if view is None:
            return {}
        place = component_place(view.component.id)
        pages = self._pages(view.languages, place, lambda renderer: renderer.component(view))
        return {**pages, component_data(view.component.id): Reply(200, component_body(view), JSON, headers=ANY_ORIGIN)}

    def _maintenance(self, view: CalendarView) -> Replies:
        pages = self._pages(view.languages, MAINTENANCE, lambda renderer: renderer.maintenance(view))
        return {**pages, CALENDAR: _ics(view, view.windows)}

    def _window(self, view: CalendarView, window: str) -> Replies:
        found = next((item for item in view.windows if item.id == window), None)
        if found is None:
            return {}
        pages = self._pages(view.languages, window_place(window), lambda renderer: renderer.window(view, found))
        return {**pages, window_calendar(window): _ics(view, (found,))}

    def _month(self, view: IncidentsView, month: str) -> Replies:
        pages = self._pages(view.languages, incident_place(month), lambda renderer: renderer.incidents(view, month))
        if month != month_of(view.now, ZoneInfo(view.zone)):
            return pages
        # The present month stands at the beginning of them all, too.
        return {
            **pages,
            **{path.removesuffix(incident_place(month)) + INCIDENTS: reply for path, reply in pages.items()},
        }

    def _incident(self, view: IncidentsView, incident: str) -> Replies:
        found = view.incident(incident)
        if found is None:
            return {}
        return self._pages(view.languages, incident_place(incident), lambda renderer: renderer.incident(view, found))

    def _embeds(self, view: PageView) -> Replies:
        return {
            home(code, view.languages) + EMBED: html(code, self._renderer(code).embed(view), security=EMBEDDED)
            for code in view.languages
        }

    def _feeds(self, told: IncidentsView, view: PageView, components: list[str]) -> Replies:
        names = {item.id: item.name for item in view.components}
        about = [(component, names[component]) for component in components]
        return {
            home(code, told.languages) + (component_feed(components[0]) if components else FEED): Reply(
                200, self._renderer(code).feed(told, about[0] if about else None), ATOM, headers=ANY_ORIGIN
            )
            for code in told.languages
        }

    def _badges(self, view: PageView, components: list[str]) -> Replies:
        component = next((item for item in view.components if [item.id] == components), None)
        made: dict[str, Reply] = {}
        for code in view.languages:
            for kind in KINDS if component else KINDS[:1]:
                badge = self._renderer(code).badge(view, kind, component)
                place = home(code, view.languages) + badge_place(kind, *components)
                made[f"{place}.svg"] = Reply(200, drawn(badge), SVG, headers=ANY_ORIGIN)
                made[f"{place}.json"] = Reply(200, endpoint(badge), JSON, headers=ANY_ORIGIN)
        return made

    def _compat(self, view: PageView, told: IncidentsView) -> Replies:
        documents = Compat(view, told, self._renderer(view.languages[0]).language).documents()
        return {V2 + name: Reply(200, body, JSON, headers=ANY_ORIGIN) for name, body in documents.items()}


def html(code: str, body: bytes, *, security: tuple[tuple[bytes, bytes], ...] = SECURITY) -> Reply:
    """A page in a language."""
    return Reply(200, body, HTML, headers=((b"content-language", code.encode()),), security=security)


def _ics(view: CalendarView, windows: tuple[MaintenanceView, ...]) -> Reply:
    first = home(view.languages[0], view.languages)

    def address(window: str) -> str:
        return f"{view.url}{first}{window_place(window)}" if view.url else ""

    return Reply(200, calendar(view, windows, address), ICS, headers=ANY_ORIGIN)


def _evidence(component: str, month: str, found: Evidence | None) -> Replies:
    if found is None:
        return {}
    body = json.dumps(evidence.document(found.account, found.head), ensure_ascii=False, indent=2) + "\n"
    name = f'attachment; filename="{component}-{month}.json"'.encode()
    headers = ((b"content-disposition", name), *ANY_ORIGIN)
    return {evidence_path(component, month): Reply(200, body.encode(), JSON, headers=headers)}
