"""Incidents as the page, its feeds and permalinks show them: frozen views, every text safe to print.

    store.incidents, store.notices  ->  IncidentReader.incidents(now)  ->  IncidentsView

The views of one incident and its parts are in `incident_views`. Only what is public is in a view: drafts are not, nor
who wrote what. A text is by language (`{"en": …, "id": …}`) and has every language of the page: where a writer gave
none it is the English one. `html` is made of Markdown and may be printed as it is (`|safe`); `text` is the same in one
line without marks, for feeds and descriptions. Instants are epoch seconds. An incident that was merged into another
keeps its permalink: `moved` says where it went.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.core.decision import Case, corrected
from monitor.core.incident import Action, Impact, Incident, Update, Words, in_language, worst
from monitor.core.interval import seconds_in
from monitor.core.model import Interval, Seconds
from monitor.core.outage import outages
from monitor.reader import maintenance as maintenance_views
from monitor.reader.incident_views import IncidentView, MeasuredOutage, PostmortemView, Said, UpdateView
from monitor.reader.markdown import to_html, to_text
from monitor.reader.views import MaintenanceView
from monitor.settings.hub import Settings
from monitor.storage.store import ComponentFacts, Store

_SEEN = (Action.UPDATE, Action.EDIT, Action.PUBLISH, Action.MERGE, Action.ABSORB)
"""What customers see of, beside what is published."""

Facts: TypeAlias = tuple[Mapping[str, ComponentFacts], Mapping[str, Sequence[Case]]]
"""Components and what was decided of them, of one moment: read once for many incidents."""
_Stamp: TypeAlias = tuple[object, object]


@dataclass(frozen=True, slots=True)
class IncidentsView:
    """Everything public that ever was: what pages of incidents, permalinks and feeds are made of."""

    title: str
    url: str
    zone: str
    languages: tuple[str, ...]
    now: Seconds
    incidents: tuple[IncidentView, ...]  # newest beginning first; those that moved are among them
    maintenance: tuple[MaintenanceView, ...]  # newest start first, over or not

    def incident(self, id_: str) -> IncidentView | None:
        return next((item for item in self.incidents if item.id == id_), None)


class IncidentReader:
    """Builds the views under one version of the settings. What is resolved is measured once and remembered."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._names = {item.id: item.name or item.id for item in settings.components}
        self._made: dict[str, tuple[_Stamp, IncidentView]] = {}

    def incidents(self, now: Seconds) -> IncidentsView:
        """As of now; a maintenance that waits to be published counts as published."""
        page = self._settings.page
        events = maintenance_views.events(self._store.notices.all(), now)
        windows = maintenance_views.views(events, self._names, now)
        return IncidentsView(
            title=page.title,
            url=page.url or "",
            zone=page.zone,
            languages=tuple(page.languages),
            now=now,
            incidents=self.public(now),
            maintenance=tuple(sorted(windows, key=lambda window: -window.start)),
        )

    def public(self, now: Seconds, since: Seconds = 0) -> tuple[IncidentView, ...]:
        """Those that were not over at an instant, newest beginning first."""
        facts = facts_of(self._store)
        found = [
            self._remembered(item, facts)
            for item in self._store.incidents.all().values()
            if item.public and (item.resolved_at is None or item.resolved_at >= since)
        ]
        return tuple(sorted(found, key=lambda view: (-view.started, view.id)))

    def _remembered(self, item: Incident, facts: Facts) -> IncidentView:
        components, _ = facts
        known = [components[name] for name in item.components if name in components]
        past = (len(item.events), tuple(each.revision for each in known))
        marks = tuple(each.watermark for each in known)
        stamp, made = self._made.get(item.id, ((None, None), None))
        if made is None or stamp not in ((past, None), (past, marks)):
            made = self._view(item, facts)
            # What is over reads the same until an event or a rewritten past changes it.
            self._made[item.id] = ((past, None if _is_settled(made, marks) else marks), made)
        return made

    def _view(self, item: Incident, facts: Facts) -> IncidentView:
        if item.published_at is None:
            raise AssertionError("a draft has no public view")
        seen = [event.entered_at for event in item.events if event.action in _SEEN or event.public]
        measured = measured_outages(self._store, self._names, item, facts)
        return IncidentView(
            id=item.id,
            title=self._words(item.title),
            severity=item.severity,
            impact=worst(item.impacts.values()) if item.open else item.worst,
            phase=item.phase,
            components=tuple(self._names[name] for name in item.components if name in self._names),
            impacts=self._named(item.impacts),
            started=item.started,
            published_at=item.published_at,
            changed_at=max([item.published_at, *seen]),
            resolved=item.resolved_at,
            next_update=item.next_update,
            updates=tuple(self._update(update, item.published_at) for update in reversed(item.updates)),
            postmortem=self._postmortem(item),
            measured=measured,
            measured_seconds=_down_seconds(measured),
            moved=item.merged_into,
            component_ids=tuple(name for name in item.components if name in self._names),
        )

    def _update(self, update: Update, shown_at: Seconds) -> UpdateView:
        edited_at = update.edited_at
        return UpdateView(
            number=update.number,
            at=update.at,
            entered_at=update.entered_at,
            # What was written anew before anybody saw it was not edited for them.
            edited_at=edited_at if edited_at is not None and edited_at > shown_at else None,
            phase=update.phase,
            said=self._said(update.text),
            impacts=self._named(update.impacts),
        )

    def _postmortem(self, item: Incident) -> PostmortemView | None:
        newest = item.published_postmortem
        if newest is None or newest.published_at is None:
            return None
        first = next(event.entered_at for event in item.events if event.action is Action.POSTMORTEM and event.public)
        return PostmortemView(
            said=self._said(newest.text),
            published_at=first,
            edited_at=newest.published_at if newest.published_at != first else None,
        )

    def _named(self, impacts: Mapping[str, Impact]) -> tuple[tuple[str, Impact], ...]:
        """By the public names of components; those that the settings no longer know are left out."""
        return tuple((self._names[name], impact) for name, impact in impacts.items() if name in self._names)

    def _said(self, words: Words) -> Said:
        shown = self._words(words)
        return Said(
            {language: to_html(text) for language, text in shown.items()},
            {language: to_text(text) for language, text in shown.items()},
        )

    def _words(self, words: Words) -> Words:
        return {language: in_language(words, language) for language in self._settings.page.languages}


def facts_of(store: Store) -> Facts:
    return store.components(), store.decisions.by_component()


def measured_outages(
    store: Store, names: Mapping[str, str], item: Incident, facts: Facts | None = None
) -> tuple[MeasuredOutage, ...]:
    """The outages of its components that began before it was resolved and had not ended when it began."""
    found: list[MeasuredOutage] = []
    components, cases = facts or facts_of(store)
    for name in item.components:
        mark = components[name].watermark if name in components else None
        if mark is None or name not in names:
            continue
        spans = corrected(store.spans(name, item.started, mark + 1), cases.get(name, ()))
        found += [
            MeasuredOutage(each.id, names[name], each.start, None if each.ongoing else each.end, each.length)
            for each in outages(name, spans, mark)
            if item.resolved_at is None or each.start < item.resolved_at
        ]
    return tuple(sorted(found, key=lambda each: (each.start, each.id)))


def _is_settled(view: IncidentView, marks: Iterable[Seconds | None]) -> bool:
    over = view.resolved
    return (
        over is not None
        and all(each.end is not None for each in view.measured)
        and all(mark is not None and mark > over for mark in marks)
    )


def _down_seconds(measured: Iterable[MeasuredOutage]) -> Seconds:
    return seconds_in(Interval(each.start, each.start + each.down_seconds) for each in measured)
