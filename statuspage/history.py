"""Incidents by month, and the page of each: everything that was said of it, and what we measured meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_of, months_between
from monitor.core.incident import Phase
from monitor.core.model import Seconds
from monitor.core.text import used_time
from monitor.reader.incident_views import IncidentView, MeasuredOutage
from monitor.reader.incidents import IncidentsView
from statuspage.incidents import PHASES, Card, card_of
from statuspage.language import Language
from statuspage.moments import Moments, Stamp
from statuspage.places import incident_place

MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One incident in the list of its month. `newest` is what was said last."""

    place: str
    tone: str
    title: str
    badge: str
    components: str
    when: str
    iso: str
    newest: str


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """One month's incidents; `newer` and `older` lead to its neighbours, where there are any."""

    title: str
    lines: tuple[Line, ...]
    newer: Month | None
    older: Month | None


@dataclass(frozen=True, slots=True)
class Measured:
    component: str
    when: str
    length: str


@dataclass(frozen=True, slots=True)
class Postmortem:
    html: str
    at: Stamp
    edited: Stamp | None


@dataclass(frozen=True, slots=True)
class IncidentSheet:
    """The page of one incident. `moved` is where it went, or empty."""

    card: Card
    tone: str
    badge: str
    when: str
    iso: str
    measured: tuple[Measured, ...]
    postmortem: Postmortem | None
    moved: str
    description: str


def months_told(told: Sequence[tuple[str, Seconds]], at: Seconds, zone: ZoneInfo) -> list[str]:
    """Every month since the first incident, newest first; the present one always."""
    now = month_of(at, zone)
    first = min((month_of(started, zone) for _, started in told), default=now)
    return list(reversed(list(months_between(min(first, now), now))))[:MOST_MONTHS]


def month_sheet(view: IncidentsView, month: str, language: Language, moments: Moments) -> MonthSheet:
    """The incidents that began in a month, newest first; one that moved is told where it went."""
    months = months_told([(item.id, item.started) for item in view.incidents], moments.now, moments.zone)
    at = months.index(month)
    found = [item for item in view.incidents if not item.moved and month_of(item.started, moments.zone) == month]
    return MonthSheet(
        title=moments.month_title(month),
        lines=tuple(_line(item, language, moments) for item in found),
        newer=_month(months[at - 1], moments) if at else None,
        older=_month(months[at + 1], moments) if at + 1 < len(months) else None,
    )


def incident_sheet(view: IncidentView, language: Language, moments: Moments) -> IncidentSheet:
    """Everything that the page of one incident says."""
    card = card_of(view, language, moments)
    return IncidentSheet(
        card=card,
        tone=_tone(view, card),
        badge=_badge(view, card, language),
        when=_when(view, moments),
        iso=card.since.iso,
        measured=tuple(_measured(item, language, moments) for item in view.measured),
        postmortem=_postmortem(view, language, moments),
        moved=incident_place(view.moved) if view.moved else "",
        description=_newest(view, language),
    )


def _month(month: str, moments: Moments) -> Month:
    return Month(moments.month_title(month), incident_place(month))


def _line(view: IncidentView, language: Language, moments: Moments) -> Line:
    card = card_of(view, language, moments)
    return Line(
        place=card.place,
        tone=_tone(view, card),
        title=card.title,
        badge=_badge(view, card, language),
        components=card.components,
        when=_when(view, moments),
        iso=card.since.iso,
        newest=_newest(view, language),
    )


def _tone(view: IncidentView, card: Card) -> str:
    return card.tone if view.resolved is None else "reported"


def _badge(view: IncidentView, card: Card, language: Language) -> str:
    return card.badge if view.resolved is None else language.say(PHASES[Phase.RESOLVED])


def _newest(view: IncidentView, language: Language) -> str:
    said = (update.said.text[language.code] for update in view.updates)
    return next((text for text in said if text), "")


def _when(view: IncidentView, moments: Moments) -> str:
    return moments.since(view.started).text if view.resolved is None else moments.window(view.started, view.resolved)


def _measured(outage: MeasuredOutage, language: Language, moments: Moments) -> Measured:
    when = moments.since(outage.start).text if outage.end is None else moments.window(outage.start, outage.end)
    return Measured(outage.component, when, used_time(outage.down_seconds, language.wording, detail=True))


def _postmortem(view: IncidentView, language: Language, moments: Moments) -> Postmortem | None:
    found = view.postmortem
    if found is None:
        return None
    edited = None if found.edited_at is None else moments.on(found.edited_at)
    return Postmortem(found.said.html[language.code], moments.on(found.published_at), edited)
