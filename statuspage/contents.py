"""What is only rendered when somebody asks: every path with its key, and the replies of a key.

The paths are a closed list, so that nobody can make us work for more.
"""

import json
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_of, months_back
from monitor.reader.detail import DetailView
from monitor.reader.views import MONTHS, Evidence, MaintenanceView, PageView
from monitor.reader.window_views import CalendarView
from monitor.reports import evidence
from statuspage.edition import Replies
from statuspage.ics import ICS, calendar
from statuspage.places import (
    CALENDAR,
    MAINTENANCE,
    METHOD,
    UPTIME,
    component_place,
    evidence_path,
    home,
    window_calendar,
    window_place,
)
from statuspage.render import Renderer
from statuspage.replies import ANY_ORIGIN, HTML, JSON, Reply
from statuspage.source import Reader


class Contents:
    """Makes the replies of one key. `renderer` gives the one of a language."""

    def __init__(self, reader: Reader, renderer: Callable[[str], Renderer]) -> None:
        self._reader = reader
        self._renderer = renderer

    def keys(self, view: PageView) -> dict[str, str]:
        """Every path that is rendered on request, and its key."""
        return dict(_paths(view))

    def make(self, key: str) -> Replies:
        """The replies of a key; called in a reader thread."""
        match key.split():
            case ["uptime"]:
                months = self._reader.uptime()
                return self._pages(months.languages, UPTIME, lambda renderer: renderer.uptime(months))
            case ["method"]:
                rules = self._reader.method()
                return self._pages(rules.languages, METHOD, lambda renderer: renderer.method(rules))
            case ["component", component]:
                return self._component(self._reader.detail(component))
            case ["maintenance"]:
                return self._maintenance(self._reader.calendar())
            case ["window", window]:
                return self._window(self._reader.calendar(), window)
            case ["evidence", component, month]:
                return _evidence(component, month, self._reader.evidence(component, month))
            case _:
                raise ValueError(f"there is nothing to render for {key!r}")

    def _pages(self, languages: tuple[str, ...], place: str, render: Callable[[Renderer], bytes]) -> dict[str, Reply]:
        return {home(code, languages) + place: html(code, render(self._renderer(code))) for code in languages}

    def _component(self, view: DetailView | None) -> Replies:
        if view is None:
            return {}
        place = component_place(view.component.id)
        return self._pages(view.languages, place, lambda renderer: renderer.component(view))

    def _maintenance(self, view: CalendarView) -> Replies:
        pages = self._pages(view.languages, MAINTENANCE, lambda renderer: renderer.maintenance(view))
        return {**pages, CALENDAR: _ics(view, view.windows)}

    def _window(self, view: CalendarView, window: str) -> Replies:
        found = next((item for item in view.windows if item.id == window), None)
        if found is None:
            return {}
        pages = self._pages(view.languages, window_place(window), lambda renderer: renderer.window(view, found))
        return {**pages, window_calendar(window): _ics(view, (found,))}


def html(code: str, body: bytes, status: int = 200) -> Reply:
    """A page in a language."""
    return Reply(status, body, HTML, headers=((b"content-language", code.encode()),))


def _paths(view: PageView) -> Iterator[tuple[str, str]]:
    months = months_back(month_of(view.now, ZoneInfo(view.zone)), MONTHS)
    for code in view.languages:
        place = home(code, view.languages)
        yield place + UPTIME, "uptime"
        yield place + METHOD, "method"
        yield place + MAINTENANCE, "maintenance"
        yield from ((place + component_place(item.id), f"component {item.id}") for item in view.components)
        yield from ((place + window_place(window), f"window {window}") for window in view.windows)
    yield CALENDAR, "maintenance"
    yield from ((window_calendar(window), f"window {window}") for window in view.windows)
    for item in view.components:
        yield from ((evidence_path(item.id, month), f"evidence {item.id} {month}") for month in months)


def _ics(view: CalendarView, windows: tuple[MaintenanceView, ...]) -> Reply:
    first = home(view.languages[0], view.languages)
    return Reply(200, calendar(view, windows, first + window_place("%s")), ICS, headers=ANY_ORIGIN)


def _evidence(component: str, month: str, found: Evidence | None) -> Replies:
    if found is None:
        return {}
    body = json.dumps(evidence.document(found.account, found.head), ensure_ascii=False, indent=2) + "\n"
    name = f'attachment; filename="{component}-{month}.json"'.encode()
    headers = ((b"content-disposition", name), *ANY_ORIGIN)
    return {evidence_path(component, month): Reply(200, body.encode(), JSON, headers=headers)}
