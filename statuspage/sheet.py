"""The page as the templates see it: every word made, nothing left to work out."""

from dataclasses import dataclass

from monitor.core.failure import SENTENCES
from monitor.core.incident import Impact
from monitor.core.text import used_time
from monitor.reader.views import ComponentView, OutageView, PageView
from statuspage.days import Days
from statuspage.incidents import Card, card_of, told_by
from statuspage.language import Language
from statuspage.moments import Moments, Stamp
from statuspage.recent import Recent, recent_days
from statuspage.service import Service, paused, service_of
from statuspage.windows import Window, window_of
from statuspage.words import (
    LABELS,
    WORST_FIRST,
    Standing,
    component_sentence,
    other_sentences,
    page_standing,
    standing_of,
    state_sentence,
)

_IMPACTS = {Standing.DOWN: Impact.DOWN, Standing.DEGRADED: Impact.DEGRADED}
"""What an incident says of a component that stands so."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that goes on now. `tone` is a standing, or `regional`."""

    tone: str
    title: str
    badge: str
    since: Stamp | None
    remark: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One status page in one language."""

    title: str
    url: str
    standing: str
    sentence: str
    others: tuple[str, ...]
    checked: Stamp | None
    silent: Stamp | None  # the last measurement, when it is too long ago
    places: str
    mute: str  # what is said of locations that do not report
    incidents: tuple[Card, ...]
    events: tuple[Event, ...]
    windows: tuple[Window, ...]
    groups: tuple[Group, ...]
    days: tuple[Recent, ...]
    now: int


def sheet_of(view: PageView, language: Language, moments: Moments, drawn: Days) -> Sheet:
    """The whole page in words."""
    checked = moments.at(view.checked_at) if view.checked_at is not None else None
    return Sheet(
        title=view.title,
        url=view.url,
        standing=page_standing(view),
        sentence=state_sentence(view, language),
        others=tuple(other_sentences(view, language)),
        checked=None if view.stale else checked,
        silent=checked if view.stale else None,
        places=language.join(view.locations),
        mute=_mute(view.silent, language),
        incidents=tuple(card_of(item, language, moments) for item in view.incidents),
        events=tuple(events_of(view, language, moments)),
        windows=tuple(window_of(window, language, moments) for window in view.maintenance),
        groups=_groups(view, language, moments, drawn),
        days=tuple(recent_days(view, language, moments)),
        now=view.now,
    )


def _mute(silent: int, language: Language) -> str:
    if not silent:
        return ""
    return language.count(
        "One of our monitoring locations does not report at present; that is on our side and is not downtime.",
        "%(n)d of our monitoring locations do not report at present; that is on our side and is not downtime.",
        silent,
    )


def events_of(view: PageView, language: Language, moments: Moments) -> list[Event]:
    """Every trouble, worst first."""
    ongoing = {outage.component: outage for outage in view.outages}
    events = []
    for standing in WORST_FIRST[:4]:
        for component in view.components:
            told = standing in _IMPACTS and told_by(view.incidents, component.name, _IMPACTS[standing])
            if component.since is not None and standing_of(component) is standing and not told:
                outage = ongoing.get(component.id) or ongoing.get(component.name)
                events.append(_trouble(component, standing, outage, language, moments))
    events += [
        _regional(component, language)
        for component in view.components
        if component.trouble_at and standing_of(component) in (Standing.UP, Standing.MAINTENANCE)
    ]
    return events


def _trouble(
    component: ComponentView,
    standing: Standing,
    outage: OutageView | None,
    language: Language,
    moments: Moments,
) -> Event:
    since = component.since if outage is None else outage.start
    reason = component.reason or (outage.reason if outage else None)
    text = [language.say(SENTENCES[reason])] if reason else []
    if component.trouble_at:
        text.append(language.say("Seen from %(places)s.", places=language.join(component.trouble_at)))
    if outage is not None:
        text.append(
            language.say("%(length)s of downtime so far.", length=used_time(outage.down_seconds, language.wording))
        )
    if standing is Standing.PAUSED:
        text = [paused(component, language, moments)]
    if component.in_maintenance:
        text.append(language.say("Maintenance is under way."))
    return Event(
        tone=standing,
        title=component_sentence(component, standing, language),
        badge=language.say(LABELS[component.state]),
        since=moments.since(since) if since is not None else None,
        remark=component.name,
        text=" ".join(text),
    )


def _regional(component: ComponentView, language: Language) -> Event:
    places = language.join(component.trouble_at)
    return Event(
        tone="regional",
        title=language.say("%(name)s: trouble seen from %(places)s", name=component.name, places=places),
        badge=language.say("Regional"),
        since=None,
        remark="",
        text=language.say("It works from the other locations, so this does not count as downtime."),
    )


def _groups(view: PageView, language: Language, moments: Moments, drawn: Days) -> tuple[Group, ...]:
    grouped: dict[str, list[Service]] = {}
    for component in view.components:
        grouped.setdefault(component.group, []).append(service_of(component, language, moments, drawn))
    return tuple(Group(name, tuple(services)) for name, services in grouped.items())
