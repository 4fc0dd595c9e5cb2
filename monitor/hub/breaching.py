"""Owes the notices of promised months that are lost or about to be, once for each month, level and channel."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.alerting.conditions import worth_telling
from monitor.core.calendar import month_of
from monitor.core.model import Seconds
from monitor.hub.alert_plan import seconds
from monitor.hub.threads import run_in
from monitor.reader.accounts import Accounts
from monitor.reader.snapshot import Snapshot
from monitor.reports.breach_letter import Manner, inside, outside
from monitor.settings.alerts import BreachSettings
from monitor.settings.hub import AgreementSettings, Settings
from monitor.storage.store import Store

PREFIX = "breach:"
"""What the events of such notices begin with in the outbox."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for one channel, ready to be owed."""

    event: str
    channel: str
    message: Message


class Breaching:
    """One step owes what is not in the outbox yet. Reads in a reader's thread, writes in the writer's."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor
    ) -> None:
        self._store = store
        self._reading = reading
        self._writer = writer
        self._readers = readers
        self._settings = settings

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings

    async def step(self, now: Seconds) -> int:
        """Looks at the running month of every agreement; says how many messages it owed. Raises StorageAway."""
        settings = self._settings
        if not settings.alerts.breaches:
            return 0
        notices = await run_in(self._readers, lambda: list(self._notices(settings, now)))
        return await run_in(self._writer, partial(self._owe, settings, notices, now)) if notices else 0

    def _notices(self, settings: Settings, now: Seconds) -> Iterator[Notice]:
        accounts = Accounts(Snapshot(self._reading, now), settings)
        told = self._reading.outbox.told(PREFIX)
        for agreement in settings.agreements:
            wishes = [item for item in settings.alerts.breaches if agreement.id in (item.agreements or [agreement.id])]
            for wish in wishes:
                for notice in _of(accounts, settings, agreement, wish, now):
                    if (notice.event, notice.channel) not in told:
                        yield notice

    def _owe(self, settings: Settings, notices: list[Notice], now: Seconds) -> int:
        owed = [
            self._store.outbox.owe(
                item.event, item.channel, settings.alerts.channel(item.channel).to, item.message, now
            )
            for item in notices
        ]
        return sum(owed)


def _of(
    accounts: Accounts, settings: Settings, agreement: AgreementSettings, wish: BreachSettings, now: Seconds
) -> Iterator[Notice]:
    month = month_of(now, ZoneInfo(agreement.zone or settings.page.zone))
    if agreement.id not in accounts.agreements(month):
        return
    account = accounts.agreement(agreement.id, month, now)
    outlook = None if account.allowance is None else worth_telling(account.allowance)
    if outlook is None:
        return
    manner = Manner(
        issuer=settings.page.title,
        language=wish.language or settings.page.languages[0],
        lead=wish.lead or "",
        updates=None if wish.updates is None else seconds(wish.updates),
        customer=wish.customer,
    )
    event = f"{PREFIX}{agreement.id}:{month}/{outlook}"
    for channel in wish.notify:
        yield Notice(event, channel, inside(account, outlook, manner))
    for channel in wish.customer:
        yield Notice(f"{event}/customer", channel, outside(account, outlook, manner))
