"""From facts to the Uptime view: each component's last months. Months that are over are made once and kept."""

from zoneinfo import ZoneInfo

from monitor.core.account import Account, Window
from monitor.core.availability import allowed, verdict
from monitor.core.books import Subject
from monitor.core.calendar import month_bounds, month_of, months_back
from monitor.core.decision import Case
from monitor.core.interval import Intervals, intersect, seconds_in
from monitor.core.model import Interval, Seconds
from monitor.core.outage import bridged
from monitor.reader.accounts import Accounts
from monitor.reader.service import service_of
from monitor.reader.snapshot import Snapshot
from monitor.reader.views import MONTHS, Books, Evidence, Stage, UptimeComponent, UptimeMonth, UptimeView, UptimeWindow
from monitor.settings.hub import ComponentSettings, Settings
from monitor.storage.store import ComponentFacts, Store

_SUBJECT = Subject.OBJECTIVE


class UptimeReader:
    """Builds the Uptime view from a store under one version of the settings."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._zone = ZoneInfo(settings.page.zone)
        self._kept: dict[tuple[str, str], tuple[object, UptimeMonth]] = {}

    def uptime(self, now: Seconds) -> UptimeView:
        """Every component of the settings that has facts, in their order."""
        months = months_back(month_of(now, self._zone), MONTHS)
        # What goes on changing is in the last two months at most; the rest is kept.
        seen = Snapshot(self._store, month_bounds(months[1], self._zone).start)
        accounts, facts = Accounts(seen, self._settings), seen.components()
        return UptimeView(
            title=self._settings.page.title,
            zone=self._settings.page.zone,
            languages=tuple(self._settings.page.languages),
            now=now,
            components=tuple(
                self._component(item, facts[item.id], seen, accounts, months, now)
                for item in self._settings.components
                if item.id in facts
            ),
        )

    def evidence(self, component: str, month: str, now: Seconds) -> Evidence | None:
        """What a listed month's figure is made of; None for a month that is not listed or has no target."""
        wanted = next((item for item in self._settings.components if item.id == component), None)
        facts = self._store.components().get(component)
        listed = months_back(month_of(now, self._zone), MONTHS)
        if wanted is None or facts is None or month not in listed:
            return None
        if not _serves(facts, month_bounds(month, self._zone), now):
            return None
        account = Accounts(self._store, self._settings).month(component, month, self._zone, now)
        return None if account.target is None else Evidence(account, self._store.ledger_head())

    def _component(
        self,
        wanted: ComponentSettings,
        facts: ComponentFacts,
        seen: Snapshot,
        accounts: Accounts,
        months: list[str],
        now: Seconds,
    ) -> UptimeComponent:
        bounds = {month: month_bounds(month, self._zone) for month in months}
        whole = Interval(bounds[months[-1]].start, bounds[months[0]].end)
        windows = accounts.windows(wanted.id, seen.by_maintenance(), whole)
        cases = accounts.cases(wanted.id, whole)
        stamp, heads = (facts.revision, facts.since, facts.until, windows, cases), seen.heads()
        targets = {month: accounts.agreed.objective_of(wanted.id, month, self._zone) for month in months}
        return UptimeComponent(
            id=wanted.id,
            name=wanted.name or wanted.id,
            target=targets[months[0]],
            months=tuple(
                self._month(
                    accounts,
                    wanted.id,
                    month,
                    (stamp, targets[month], heads.get((_SUBJECT, wanted.id, month))),
                    now,
                )
                for month in months
                if _serves(facts, bounds[month], now)
            ),
        )

    def _month(self, accounts: Accounts, component: str, month: str, stamp: object, now: Seconds) -> UptimeMonth:
        kept = self._kept.get((component, month))
        if kept is not None and kept[0] == stamp:
            return kept[1]
        made = month_view(accounts.month(component, month, self._zone, now), None, now)
        # What is not settled goes on changing without a revision.
        if made.final:
            self._kept[component, month] = (stamp, made)
        return made


def month_view(account: Account, books: Books | None, now: Seconds) -> UptimeMonth:
    """An account opened. `books` are the account's own unless they are given; without any a month is running until it
    is over, and provisional from then on."""
    figure, target, running = account.figure, account.target, account.allowance
    limit = None if target is None else allowed(figure, target)
    service = _service(account)
    return UptimeMonth(
        month=account.label,
        bounds=account.month,
        final=account.final,
        books=books or _books(account, now),
        target=target,
        figure=figure,
        plain=account.plain,
        to_come_seconds=seconds_in(intersect(service, [Interval(account.settled.end, account.month.end)])),
        out_of_service_seconds=account.month.length - seconds_in(service),
        verdict=verdict(figure, target) if account.final and target is not None else None,
        outlook=running.outlook if running and not account.final else None,
        allowed=running.budget if running and not account.final else limit,
        down=account.combination.down,
        inferred=intersect(bridged(account.spans, account.scope), account.combination.down),
        gaps=account.gaps,
        windows=tuple(_window(account, window) for window in account.windows),
        corrected=tuple(period for case in account.corrections for period in _corrected(account, case)),
        pending=tuple(case.request.period for case in account.pending),
        outages=len(account.outages),
        every=account.every,
    )


def _books(account: Account, now: Seconds) -> Books:
    kept = account.books
    if kept.revision is not None:
        return Books(Stage.CLOSED, kept.revision, bool(kept.proposal))
    return Books(Stage.RUNNING if now < account.month.end else Stage.PROVISIONAL)


def _corrected(account: Account, case: Case) -> Intervals:
    """All of its period; of a correction of one check, where that left the component unknown."""
    return (case.request.period,) if case.request.check is None else account.taken(case)


def _window(account: Account, window: Window) -> UptimeWindow:
    period = window.notice.counted
    return UptimeWindow(window.title, period.start, period.end, window.notice.announced_at, account.accepted(window))


def _service(account: Account) -> list[Interval]:
    month = account.month
    return [
        Interval(
            month.start if part.since is None else max(part.since, month.start),
            month.end if part.until is None else min(part.until, month.end),
        )
        for part in account.parts
    ]


def _serves(facts: ComponentFacts, bounds: Interval, now: Seconds) -> bool:
    """Whether the component was in service at some time of the month that has come."""
    if facts.since is None:
        return False
    serving = service_of(facts, None).cut(bounds)
    return serving.length > 0 and serving.start <= now
