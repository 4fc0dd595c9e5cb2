"""Looks at what no change of state tells: figures, months, certificates, locations, credentials.

Which of it is worth an alert is `core.alerting.conditions`; this module fetches the facts and books what follows.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from monitor.core.alert import On, Plan, Rule
from monitor.core.alerting import conditions
from monitor.core.alerting.conditions import Condition, Turns, turns
from monitor.core.allowance import BURN_RULES
from monitor.core.calendar import month_of
from monitor.core.model import Seconds
from monitor.core.trouble import SILENT_AFTER, ailing
from monitor.hub.alert_plan import alert_plan, seconds
from monitor.hub.threads import run_in
from monitor.reader.accounts import Account, Accounts
from monitor.reader.rolling import figures
from monitor.reader.snapshot import Snapshot
from monitor.settings.hub import Settings
from monitor.storage.store import NotLeading, StorageAway, Store

logger = logging.getLogger(__name__)


EVERY: Seconds = 10
"""How often it looks."""

_BURN_WINDOWS = sorted({length for item in BURN_RULES for length in (item.long_seconds, item.short_seconds)})


class Watching:
    """One step books what begins, worsens and ends. Reads in a reader's thread, writes in the writer's."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor, since: Seconds
    ) -> None:
        """`since`: when this hub began to listen; before that no agent could be heard."""
        self._store = store
        self._reading = reading
        self._writer = writer
        self._readers = readers
        self._since = since
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings
        self._plan = alert_plan(settings)

    async def run(
        self,
        now: Callable[[], Seconds],
        report: Callable[[str, str | None], None],
        leads: Callable[[], bool],
        beside: Callable[[Seconds], Awaitable[object]],
    ) -> None:
        """A step every ten seconds while this hub leads, until it is cancelled; says by `report` what is wrong.

        `beside` is done after each: it looks at the same facts.
        """
        while True:
            await asyncio.sleep(EVERY)
            try:
                if leads():
                    await self.step(now())
                    await beside(now())
                report("watching", None)
            except NotLeading:
                pass  # the next look at the lead tells
            except StorageAway as error:
                report("watching", f"Rules on figures cannot be looked at, the database does not answer: {error}")
            except Exception:
                logger.exception("looking at rules on figures failed")
                report("watching", "Rules on figures, certificates or locations could not be looked at; see the log.")

    async def step(self, now: Seconds) -> Turns:
        """Looks at everything once. Raises StorageAway."""
        look = Look(self._reading, self._settings, self._plan, self._since, now)
        found = await run_in(self._readers, look.turns)
        if found:
            await run_in(self._writer, partial(self._store.alerts.turn, found, now))
        return found


class Look:
    """The facts of one moment, and the conditions that they make."""

    def __init__(self, store: Store, settings: Settings, plan: Plan, since: Seconds, now: Seconds) -> None:
        self._store = store
        self._settings = settings
        self._rules = [rule for rule in plan.rules if rule.on.state is None]
        self._since = since
        self._now = now
        self._watched: set[tuple[str, str]] = set()

    def turns(self) -> Turns:
        """What begins, worsens and ends by what is found now."""
        opened = self._store.alerts.opened()
        standing = [item for item in opened if item.on.state is None]
        there = {component.id for component in self._settings.components}
        left = tuple(item.no for item in opened if item.on.state is not None and item.subject not in there)
        if not self._rules and not standing:
            return Turns(gone=left)
        self._facts = Snapshot(self._store, self._now - _BURN_WINDOWS[-1])
        self._accounts = Accounts(self._facts, self._settings)
        self._everies = {component.id: self._every(component.id) for component in self._settings.components}
        found = [item for rule in self._rules for item in self._of(rule)]
        turned = turns(found, standing, self._watched)
        return replace(turned, gone=(*turned.gone, *left))

    def _of(self, rule: Rule) -> Iterator[Condition]:
        match rule.on:
            case On.UPTIME | On.BURN | On.GAP:
                yield from self._rolling(rule)
            case On.MONTH:
                yield from self._months(rule)
            case On.CERTIFICATE:
                yield from self._certificates(rule)
            case On.LOCATION:
                yield from self._locations(rule)
            case On.CREDENTIALS:
                yield from self._credentials(rule)
            case _:
                raise AssertionError(f"{rule.on} is told by a state")

    def _rolling(self, rule: Rule) -> Iterator[Condition]:
        known = self._facts.components()
        for component in self._settings.components:
            target, facts = component.objective, known.get(component.id)
            judged = rule.on is On.GAP or target is not None
            if facts is None or facts.watermark is None or component.reported or not judged:
                continue
            if not rule.covers(component.id):
                continue
            self._watched.add((rule.key, component.id))
            lengths = _BURN_WINDOWS if rule.on is On.BURN else [rule.over]
            seen = figures(self._facts, self._accounts, component.id, lengths, self._now)
            found: Condition | None
            if rule.on is On.GAP:
                served = facts.watermark - (facts.since if facts.since is not None else facts.watermark)
                found = conditions.gap(rule, component.id, seen[rule.over], served)
            elif target is None:
                continue
            elif rule.on is On.UPTIME:
                found = conditions.uptime(rule, component.id, seen[rule.over], target)
            else:
                found = conditions.burn(rule, component.id, seen, target, self._everies[component.id])
            if found is not None:
                yield found

    def _months(self, rule: Rule) -> Iterator[Condition]:
        for subject, account in self.accounts():
            if not rule.covers(subject):
                continue
            self._watched.add((rule.key, subject))
            if account.allowance is not None:
                name = {"name": account.name}
                start = account.month.start
                yield conditions.month(rule, subject, account.label, start, account.allowance, name)

    def accounts(self) -> Iterator[tuple[str, Account]]:
        """The running month of everything with a target: components by their ids, agreements as `agreement:ID`."""
        zone, known = ZoneInfo(self._settings.page.zone), self._facts.components()
        for component in self._settings.components:
            if component.objective is not None and component.id in known:
                month = month_of(self._now, zone)
                yield component.id, self._accounts.month(component.id, month, zone, self._now)
        for agreement in self._settings.agreements:
            month = month_of(self._now, ZoneInfo(agreement.zone or self._settings.page.zone))
            if agreement.id in self._accounts.agreements(month):
                yield f"agreement:{agreement.id}", self._accounts.agreement(agreement.id, month, self._now)

    def _certificates(self, rule: Rule) -> Iterator[Condition]:
        checks = {f"{item.id}/{check.id or check.kind}" for item in self._settings.components for check in item.checks}
        for check, expires in self._store.alerts.certificates().items():
            if check in checks and rule.covers(check.partition("/")[0]):
                self._watched.add((rule.key, check))
                yield conditions.certificate(rule, check, expires, self._now)

    def _locations(self, rule: Rule) -> Iterator[Condition]:
        contacts = self._store.contacts.all()
        for place in self._settings.locations:
            self._watched.add((rule.key, place.name))
            seen = contacts.get(place.name, ())
            found = ailing(place.name, seen, agent=place.agent, listening=self._since, now=self._now)
            heard = not place.agent or any(self._now - item.seen_at <= SILENT_AFTER for item in seen)
            condition = conditions.location(rule, place.name, found, heard=heard, now=self._now)
            if condition is not None:
                yield replace(condition, facts={**condition.facts, "name": place.label or place.name})

    def _credentials(self, rule: Rule) -> Iterator[Condition]:
        everies = {
            f"{item.id}/{check.id or check.kind}": seconds(check.every)
            for item in self._settings.components
            for check in item.checks
            if rule.covers(item.id)
        }
        self._watched |= {(rule.key, check) for check in everies}
        yield from conditions.credentials(rule, self._store.alerts.refusals(everies, rule.after, self._now))

    def _every(self, component: str) -> Seconds:
        found = next(item for item in self._settings.components if item.id == component)
        return min((seconds(check.every) for check in found.checks if check.critical), default=60)
