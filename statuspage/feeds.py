"""Atom feeds (RFC 4287): incidents and maintenance, of the whole site and of each component."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from monitor.core.calendar import format_instant
from monitor.core.model import Seconds
from monitor.reader.incident_views import IncidentView
from monitor.reader.incidents import IncidentsView
from monitor.reader.window_views import MaintenanceView
from statuspage.incidents import PHASES
from statuspage.language import Language
from statuspage.moments import Moments
from statuspage.places import incident_place, window_place
from statuspage.windows import window_of

ATOM = "application/atom+xml; charset=utf-8"
MOST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `html` is escaped once more by the template."""

    id: str
    title: str
    place: str  # below the language's home
    published: str
    updated: str
    changed_at: Seconds
    html: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in one language. `url` is the public address of the language's home."""

    id: str
    title: str
    url: str
    place: str  # of the page that it belongs to, below the home
    self: str
    updated: str
    entries: tuple[Entry, ...]


def feed_of(
    view: IncidentsView,
    language: Language,
    moments: Moments,
    *,
    url: str,
    place: str,
    path: str,
    title: str,
    component: str | None = None,
) -> Feed:
    """Newest change first, at most fifty. With a component only what is about it."""
    host = urlsplit(view.url).hostname or "janji"

    def name(what: str) -> str:
        return f"tag:{host},2026:{what}"

    found = sorted(_entries(view, language, moments, component, name), key=lambda entry: -entry.changed_at)[:MOST]
    newest = found[0].changed_at if found else 0
    return Feed(
        id=name(f"feed/{language.code}/{component or ''}"),
        title=title,
        url=url,
        place=place,
        self=path,
        updated=format_instant(newest),
        entries=tuple(found),
    )


def _entries(
    view: IncidentsView, language: Language, moments: Moments, component: str | None, name: Callable[[str], str]
) -> Iterator[Entry]:
    for incident in view.incidents:
        if not incident.moved and (component is None or component in incident.component_ids):
            yield _incident(incident, language, moments, name(f"incident/{incident.id}"))
    for window in view.maintenance:
        if component is None or component in window.component_ids:
            yield _window(window, language, moments, name(f"maintenance/{window.id}"))


def _incident(view: IncidentView, language: Language, moments: Moments, id_: str) -> Entry:
    parts = [
        Markup("<p><strong>{}</strong> {}</p>").format(language.say(PHASES[update.phase]), moments.on(update.at).text)
        + Markup(update.said.html[language.code])  # noqa: S704 - made safe by `reader.markdown`
        for update in view.updates
    ]
    if view.postmortem is not None:
        heading = Markup("<h3>{}</h3>").format(language.say("Post-mortem"))
        parts.insert(0, heading + Markup(view.postmortem.said.html[language.code]))  # noqa: S704 - as above
    return Entry(
        id=id_,
        title=view.title[language.code],
        place=incident_place(view.id),
        published=format_instant(view.published_at),
        updated=format_instant(view.changed_at),
        changed_at=view.changed_at,
        html="".join(parts),
        categories=view.components,
    )


def _window(view: MaintenanceView, language: Language, moments: Moments, id_: str) -> Entry:
    words = window_of(view, language, moments)
    said = " · ".join(part for part in (words.badge, words.when, words.components, words.announced) if part)
    html = Markup("<p>{}</p>").format(said)
    if words.description:
        html += Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in words.description.splitlines()))
    return Entry(
        id=id_,
        title=words.title,
        place=window_place(view.id),
        published=format_instant(view.published_at),
        updated=format_instant(view.changed_at),
        changed_at=view.changed_at,
        html=html,
        categories=view.components,
    )
