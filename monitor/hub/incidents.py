"""Opens, joins and ends incidents by what is measured; reminds those who write them and those who do planned work.

The rules are in `core`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from functools import partial
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.incident import Incident, IncidentEvent
from monitor.core.incident_message import PREFIX as INCIDENT
from monitor.core.incident_opening import Plan, Trouble, endings, openings
from monitor.core.incident_reminder import Reminder, reminders
from monitor.core.incident_template import templates
from monitor.core.model import Seconds, Span, State
from monitor.core.notice import standing
from monitor.core.outage import outages
from monitor.core.overrun import PREFIX as MAINTENANCE
from monitor.core.overrun import overruns
from monitor.core.timeline import merge
from monitor.hub.threads import run_in
from monitor.reader.telling import names_of, telling
from monitor.settings.hub import Settings
from monitor.storage.store import NotLeading, StorageAway, Store

logger = logging.getLogger(__name__)


EVERY = 5.0
"""Seconds between two looks."""
_LOOK_BACK: Seconds = 86_400
_WORKS = (State.UP, State.DEGRADED)
"""Unknown ends nothing: nobody saw a recovery."""


class Incidents:
    """One step writes what follows from what is measured now. Reads in a reader's thread, writes in the writer's."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor
    ) -> None:
        self._store = store
        self._reading = reading
        self._settings = settings
        self._writer = writer
        self._readers = readers
        self._told: set[tuple[str, str]] = set()

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """A step every five seconds while this hub leads, until it is cancelled; says by `report` what is wrong."""
        while True:
            try:
                if leads():
                    await self.step(now())
                report("incidents", None)
            except (StorageAway, NotLeading):
                pass  # the beat says so already
            except Exception:
                logger.exception("keeping incidents failed")
                report("incidents", "Incidents could not be kept up with what is measured; see the log.")
            await asyncio.sleep(EVERY)

    async def step(self, now: Seconds) -> int:
        """Writes the events that are due, and owes the reminders; says how many events. Raises StorageAway."""
        settings = self._settings
        events = await run_in(self._readers, partial(self._events, settings, now))
        written = [await run_in(self._writer, partial(self._write, settings, *event)) for event in events]
        if settings.incidents.notify or settings.maintenance.notify:
            for event, channel, message in await run_in(self._readers, partial(self._reminders, settings, now)):
                targets = settings.alerts.channel(channel).to
                await run_in(self._writer, partial(self._store.outbox.owe, event, channel, targets, message, now))
                self._told.add((event, channel))
        return sum(written)

    def _events(self, settings: Settings, now: Seconds) -> list[tuple[str, IncidentEvent]]:
        incidents = self._reading.incidents.all().values()
        present = self._reading.newest_spans()
        plan = plan_of(settings)
        found = endings(plan, incidents, self._recovered(incidents, present), now)
        if settings.incidents.open == "never":
            return found
        troubles = list(self._troubles(settings, present))
        return [*found, *openings(plan, incidents, troubles, self._quiet(now) if troubles else (), now)]

    def _troubles(self, settings: Settings, present: Mapping[str, Span]) -> Iterable[Trouble]:
        for component in settings.components:
            span = present.get(component.id)
            if span is None or span.state is not State.DOWN or component.reported:
                continue
            run = merge(self._reading.spans(component.id, span.end - _LOOK_BACK, span.end + 1))[-1]
            every = min((int(check.every.total_seconds()) for check in component.checks if check.critical), default=60)
            yield Trouble(component.id, run.start, span.end, every)

    def _recovered(self, incidents: Iterable[Incident], present: Mapping[str, Span]) -> dict[str, Seconds]:
        """Since when each component that an open incident is linked to works again."""
        since: dict[str, Seconds] = {}
        for item in incidents:
            for ref in item.outages if item.open else ():
                since[ref.component] = min(ref.start, since.get(ref.component, ref.start))
        found = {}
        for name, start in since.items():
            span = present.get(name)
            if span is not None and span.state in _WORKS:
                down = outages(name, self._reading.spans(name, start, span.end + 1), span.end)
                found[name] = max((each.end for each in down), default=start)
        return found

    def _quiet(self, now: Seconds) -> set[str]:
        """Components in a maintenance that runs."""
        said = [standing(events) for events in self._reading.notices.by_maintenance().values()]
        running = [item for item in said if item.closed_at is None and item.start <= now < item.end]
        return {name for item in running for name in item.components}

    def _write(self, settings: Settings, id_: str, event: IncidentEvent) -> bool:
        try:
            self._store.measured_incidents.append((id_, event), tell=telling(settings))
        except ValueError as error:
            # Somebody wrote in between: the next step looks at what stands then.
            logger.info("incident %s was changed meanwhile: %s", id_, error)
            return False
        return True

    def _reminders(self, settings: Settings, now: Seconds) -> list[tuple[str, str, Message]]:
        """What was never said: event, channel and words."""
        if not self._told:
            self._told = {*self._reading.outbox.told(INCIDENT), *self._reading.outbox.told(MAINTENANCE)}
        present = self._reading.newest_spans()
        writers, workers = settings.incidents.notify, settings.maintenance.notify
        due = [(each, writers) for each in self._of_incidents(settings, present, now)] if writers else []
        due += [(each, workers) for each in self._of_maintenance(settings, present, now)] if workers else []
        return [
            (each.event, channel, each.message)
            for each, channels in due
            for channel in channels
            if (each.event, channel) not in self._told
        ]

    def _of_incidents(self, settings: Settings, present: Mapping[str, Span], now: Seconds) -> Iterable[Reminder]:
        known = self._reading.incidents.all().values()
        hours = settings.incidents.working.hours(ZoneInfo(settings.page.zone))
        calm = int(settings.incidents.resolve_after.total_seconds())
        return reminders(known, settings.incidents.ranks(), hours, self._recovered(known, present), calm, now)

    def _of_maintenance(self, settings: Settings, present: Mapping[str, Span], now: Seconds) -> Iterable[Reminder]:
        impaired = {
            name: called
            for name, called in names_of(settings).items()
            if name in present and present[name].state in (State.DOWN, State.DEGRADED)
        }
        zone = ZoneInfo(settings.page.zone)
        return overruns(self._reading.notices.by_maintenance(), impaired, now, zone)


def plan_of(settings: Settings) -> Plan:
    """What outages make of incidents, by the settings."""
    section = settings.incidents
    known = templates(section.own_templates())
    return Plan(
        public=section.open == "published",
        after=section.after,
        together=int(section.together.total_seconds()),
        calm=int(section.resolve_after.total_seconds()),
        names=names_of(settings),
        severities=section.ranks(),
        outage=known["outage"],
        resolved=known["resolved"],
    )
