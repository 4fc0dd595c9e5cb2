"""From stored facts to accounts of months: of components against their objectives, and of agreements.

The one path to a figure: page, reports, API and evidence all come through here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.account import Account, Part, Window
from monitor.core.books import Closing, Subject, books_of
from monitor.core.calendar import day_bounds, month_bounds, month_of
from monitor.core.closing import inputs_of, kept_account, propose
from monitor.core.decision import Case, Request, corrected
from monitor.core.exclusion import MAINTENANCE, NOTICE_SECONDS
from monitor.core.interval import union
from monitor.core.model import Interval, Seconds, Span
from monitor.core.notice import NoticeAction, NoticeEvent, notices, standing
from monitor.core.outage import Outage, outages
from monitor.core.renaming import called
from monitor.core.text import target_percent
from monitor.core.timeline import Terms
from monitor.reader.agreed import Agreed
from monitor.reader.rejudging import supposed, unfounded
from monitor.reader.service import ALWAYS, Service, service_of
from monitor.reader.snapshot import Facts
from monitor.settings.hub import AgreementSettings, ComponentSettings, Settings
from monitor.storage.store import ComponentFacts

__all__ = ["Account", "Accounts", "Outage", "Window", "accepted", "longest_slot", "outages", "service_of"]


_AGREED = Subject.AGREEMENT


class Accounts:
    """Makes accounts from one store (or one look at it) and one version of the settings."""

    def __init__(self, store: Facts, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._by_id = {item.id: item for item in settings.components}
        self._agreed = Agreed(store, settings)

    def month(self, component: str, month: str, zone: ZoneInfo, now: Seconds) -> Account:
        """The account of a calendar month in a zone. Raises KeyError for a component that never was.

        A closed month is the one in the books: in the page's zone, whatever that is by now, and in its own.
        """
        closed = self._store.books.latest(Subject.OBJECTIVE, component, month)
        if closed is not None and zone.key in (closed.zone, self._settings.page.zone):
            return self._kept(closed, now)
        facts = self._store.components()[component]
        bounds = month_bounds(month, zone)
        part = self._part(facts, bounds, zone)
        return Account(
            id=component,
            name=part.name,
            agreement=False,
            zone=zone.key,
            label=month,
            month=bounds,
            as_of=self.as_of(facts, now),
            target=self._agreed.objective_of(component, month, zone),
            parts=(part,),
            excludes=frozenset({MAINTENANCE}),
            books=books_of(bounds, now),
        )

    def agreement(self, identifier: str, month: str, now: Seconds) -> Account:
        """An agreement's account in its own zone, its components taken together, by the terms of that month.

        A closed month is the one in the books. Raises KeyError for any other of an agreement that is not in the
        settings or has a component without any facts yet.
        """
        closed = self._store.books.latest(Subject.AGREEMENT, identifier, month)
        if closed is not None:
            return self._kept(closed, now)
        wanted = self._agreed.terms_of(self._found(identifier), month)
        zone = self._agreed.zone_of(wanted)
        bounds, term = month_bounds(month, zone), self._term(wanted)
        stored = self._store.components()
        facts = [stored[component] for component in wanted.components]
        notice = int(wanted.notice.total_seconds())
        least = int(wanted.min_outage.total_seconds())
        parts = tuple(self._part(item, bounds, zone, term=term, notice=notice, margin=least) for item in facts)
        return Account(
            id=identifier,
            name=wanted.customer,
            agreement=True,
            zone=zone.key,
            label=month,
            month=bounds,
            as_of=self._settled(facts, term, bounds, zone, now),
            target=wanted.target,
            parts=parts,
            notice=notice,
            excludes=frozenset(wanted.excludes),
            credit_terms=wanted.credit_terms,
            degraded_weight=wanted.degraded_weight,
            min_outage=least,
            maintenance_cap=None if wanted.maintenance_cap is None else int(wanted.maintenance_cap.total_seconds()),
            books=books_of(bounds, now),
        )

    def recomputed(self, closed: Closing, now: Seconds) -> Account:
        """A closed month made from what is stored now, by the terms, the zone and the borders it was closed with."""
        then, stored, names = inputs_of(closed), self._store.components(), self._store.renamings.current()
        zone, term = ZoneInfo(then.zone), Service(closed.terms["since"], closed.terms["until"])
        found = [stored.get(names.get(part.component, part.component)) for part in then.parts]
        parts = tuple(
            replace(part, spans=(), windows=(), cases=())
            if each is None
            else called(
                self._part(each, then.month, zone, term=term, notice=then.notice, margin=then.min_outage),
                part.component,
            )
            for part, each in zip(then.parts, found, strict=True)
        )
        facts = [each for each in found if each is not None]
        return replace(then, parts=parts, as_of=self._settled(facts, term, then.month, zone, now))

    def terms_document(self, account: Account) -> dict[str, Any]:
        """What an account was agreed on, as JSON values: `since` and `until` of the agreement, and its settings."""
        if not account.agreement:
            target = None if account.target is None else f"{target_percent(account.target)}%"
            return {"since": None, "until": None, "settings": {"objective": target}}
        agreed = self._agreed.terms_of(self._found(account.id), account.label)
        term = self._term(agreed)
        return {"since": term.start, "until": term.end, "settings": agreed.model_dump(mode="json", exclude_none=True)}

    def windows(
        self,
        component: str,
        events: Mapping[str, Sequence[NoticeEvent]],
        within: Interval,
        notice: Seconds = NOTICE_SECONDS,
    ) -> tuple[Window, ...]:
        """The component's announced maintenance that touches a stretch of time, by start."""
        found = [
            Window(maintenance, standing(items).title, piece, component)
            for maintenance, items in events.items()
            if was_announced(items)
            for piece in notices(items, component, notice=notice)
            if piece.start < within.end and piece.end > within.start
        ]
        return tuple(sorted(found, key=lambda window: (window.notice.start, window.maintenance)))

    def cases(self, component: str, within: Interval) -> tuple[Case, ...]:
        """The component's exclusions and corrections, decided or not, that touch a stretch of time."""
        known = self._store.decisions.by_component().get(component, ())
        return tuple(case for case in known if case.request.start < within.end and case.request.end > within.start)

    def current(self, component: str) -> str:
        """What a component is called now, by any id that it ever had."""
        return self._store.renamings.current().get(component, component)

    def spans(self, component: str, start: Seconds, end: Seconds) -> list[Span]:
        """As `Store.spans`, with what approved corrections say laid over them."""
        found = self._store.spans(component, start, end)
        if not found:
            return found
        return corrected(found, self.cases(component, Interval(found[0].start, found[-1].end)))

    def supposed(self, request: Request) -> list[Span]:
        """What a correction of one check would change in its component's timeline; nothing for any other request."""
        return supposed(self._store, request)

    def unfounded(self, request: Request) -> str | None:
        """Why a correction of one check cannot be judged; None where it can, and for any other request."""
        return unfounded(self._store, request)

    def as_of(self, facts: ComponentFacts, now: Seconds) -> Seconds:
        """How far the component is settled. One that left the settings is, as unknown, up to now; so is one whose
        service has ended, and one that its vendor reports."""
        wanted = self._wanted(facts.id)
        mark = facts.watermark if facts.watermark is not None else facts.since or 0
        ended = facts.until is not None and mark >= facts.until
        return now if ended or wanted is None or wanted.reported else mark

    def components(self, month: str, zone: ZoneInfo) -> list[str]:
        """Ids of all components in service at some time of a month: settings' order, then those that left."""
        facts = self._store.components()
        order = [component.id for component in self._settings.components if component.id in facts]
        order += sorted(facts.keys() - set(order))
        bounds = month_bounds(month, zone)
        return [item for item in order if self._service(facts[item], zone).cut(bounds).length]

    def agreements(self, month: str) -> list[str]:
        """Ids of the agreements that hold at some time of a month and whose components have facts, and of those
        that left the settings since their month was closed."""
        facts = self._store.components()
        closed = [item for subject, item, label in self._store.books.heads() if (subject, label) == (_AGREED, month)]
        terms = [self._agreed.terms_of(item, month) for item in self._settings.agreements]
        holding = [
            item.id
            for item in terms
            if self._term(item).cut(month_bounds(month, self._agreed.zone_of(item))).length
            and all(component in facts for component in item.components)
        ]
        return list(dict.fromkeys([*holding, *closed]))

    @property
    def agreed(self) -> Agreed:
        """By what months are judged."""
        return self._agreed

    def _kept(self, closed: Closing, now: Seconds) -> Account:
        return kept_account(closed, propose(closed, self.recomputed(closed, now)))

    def _settled(
        self, facts: Sequence[ComponentFacts], term: Service, bounds: Interval, zone: ZoneInfo, now: Seconds
    ) -> Seconds:
        """How far all that serve in the month are settled."""
        serving = [item for item in facts if self._service(item, zone).within(term).cut(bounds).length]
        return min((self.as_of(item, now) for item in serving), default=now)

    def _part(
        self,
        facts: ComponentFacts,
        bounds: Interval,
        zone: ZoneInfo,
        *,
        term: Service = ALWAYS,
        notice: Seconds = NOTICE_SECONDS,
        margin: Seconds = 0,
    ) -> Part:
        """The component in a month. Spans are read that much beyond its service: see `Account.seen`."""
        wanted, service = self._wanted(facts.id), self._service(facts, zone).within(term)
        serving = service.cut(bounds)
        part = Part(
            component=facts.id,
            name=(wanted.name if wanted else None) or facts.id,
            spans=tuple(self._store.spans(facts.id, serving.start - margin, serving.end + margin))
            if serving.length
            else (),
            windows=self.windows(facts.id, self._store.notices.by_maintenance(), bounds, notice),
            since=service.start,
            until=service.end,
            every=longest_in_force(self._store.terms().get(facts.id, ()), bounds),
        )
        reports = self._store.vendor_reports.by_component().get(facts.id, ())
        told = tuple(item for item in reports if item.start < bounds.end and item.end > bounds.start)
        reported = wanted.reported if wanted else bool(told)
        pauses = self._store.pauses.by_component().get(facts.id, ())
        held = tuple(item for item in pauses if item.start < bounds.end and item.end > bounds.start)
        return replace(part, reported=reported, reports=told, pauses=held).deciding(self.cases(facts.id, bounds))

    def _wanted(self, component: str) -> ComponentSettings | None:
        return self._by_id.get(component)

    def _found(self, identifier: str) -> AgreementSettings:
        found = next((item for item in self._settings.agreements if item.id == identifier), None)
        if found is None:
            raise KeyError(identifier)
        return found

    def _term(self, agreement: AgreementSettings) -> Service:
        zone = self._agreed.zone_of(agreement)
        return Service(_midnight(agreement.since, zone), _midnight(agreement.until, zone))

    def _service(self, facts: ComponentFacts, zone: ZoneInfo) -> Service:
        return service_of(facts, self._vanished(facts, zone))

    def _vanished(self, facts: ComponentFacts, zone: ZoneInfo) -> Seconds | None:
        """One that left the settings without `until` stays in scope to the end of that month."""
        if self._wanted(facts.id) is not None:
            return None
        ends = [terms.end for terms in self._store.terms().get(facts.id, []) if terms.end is not None]
        last = max(ends, default=facts.watermark or facts.since or 0)
        return month_bounds(month_of(last, zone), zone).end


def was_announced(events: Sequence[NoticeEvent]) -> bool:
    """Whether the maintenance ever stood on the page: one that was taken back before that counts for nothing."""
    return bool(events) and events[0].action is NoticeAction.ANNOUNCE


def accepted(windows: Iterable[Window]) -> list[Interval]:
    """The union of what announced maintenance excludes."""
    return list(union(window.notice.counted for window in windows if window.notice.eligible))


def longest_slot(component: ComponentSettings) -> Seconds:
    """The longest slot of its critical checks: how exactly an outage's edges are known; 0 for one without checks."""
    return max((int(check.every.total_seconds()) for check in component.checks if check.critical), default=0)


def longest_in_force(terms: Iterable[Terms], bounds: Interval) -> Seconds:
    """The longest slot of the critical checks in force in a stretch of time; of all ever where none was."""
    critical = [item for item in terms if item.critical]
    inside = [item for item in critical if item.start < bounds.end and (item.end is None or item.end > bounds.start)]
    return max((item.every for item in inside or critical), default=0)


def _midnight(day: date | None, zone: ZoneInfo) -> Seconds | None:
    return None if day is None else day_bounds(day, zone).start
