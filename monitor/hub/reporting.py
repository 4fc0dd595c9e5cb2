"""Owes the reports that send themselves: what is due is `core.sending`, the notifier delivers it.

The file is made once, when its message is owed, and stored with it: every address gets the same bytes as the lines
above it tell of, however often delivery is tried again and whatever is decided in the meantime.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.alert import Message
from monitor.core.books import Subject
from monitor.core.closing import kept_account
from monitor.core.model import Seconds
from monitor.core.sending import PREFIX, Due, Moment, Report, ReportKind, Wish, asked_since, due, reviews, statements
from monitor.hub.threads import run_in
from monitor.reader import asking
from monitor.reader.accounts import Accounts
from monitor.reader.snapshot import Snapshot
from monitor.reader.told_incidents import told_incidents
from monitor.settings.hub import Settings
from monitor.storage.store import StorageAway, Store

logger = logging.getLogger(__name__)


EVERY: Seconds = 60
"""How often it looks for what is due."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report for one channel, ready to be owed."""

    due: Due
    message: Message
    skipped: str


class Reporting:
    """One step owes everything that is due. Reads and renders in a reader's thread, writes in the writer's."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor
    ) -> None:
        self._store = store
        self._reading = reading
        self._settings = settings
        self._writer = writer
        self._readers = readers

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """A step a minute while this hub leads, until it is cancelled; says by `report` what is wrong."""
        while True:
            try:
                if leads():
                    await self.step(now())
                report("reports", None)
            except StorageAway as error:
                report("reports", f"Reports cannot be sent, the database does not answer: {error}")
            except Exception:
                # What is due stays due: the next step tries again.
                logger.exception("sending reports failed")
                report("reports", "A report could not be made; see the log.")
            await asyncio.sleep(EVERY)

    async def step(self, now: Seconds) -> int:
        """Owes what is due now and was never owed; says how many are to be sent.

        Raises StorageAway, and an ExceptionGroup at the end for those that could not be made.
        """
        settings = self._settings
        count, failures = 0, []
        for item in await run_in(self._readers, partial(self._due, settings, now)):
            try:
                ready = await run_in(self._readers, partial(self._prepared, settings, item, now))
                count += await run_in(self._writer, partial(self._owe, settings, ready, now))
            except StorageAway:
                raise
            except Exception as error:  # one that cannot be made holds up no other
                failures.append(error)
        if failures:
            raise ExceptionGroup("reports that could not be made", failures)
        return count

    def _due(self, settings: Settings, now: Seconds) -> list[Due]:
        if settings.reports.review is None and settings.reports.statements is None:
            return []
        loaded = self._reading.settings_versions()
        versions = ((version.at, frozenset(wishes(version.reports))) for version in loaded)
        asked = asked_since(versions)
        first = min(asked.values(), default=now)
        return list(due(self._moments(settings, first, now), asked, self._reading.outbox.told(PREFIX), now))

    def _moments(self, settings: Settings, since: Seconds, now: Seconds) -> Iterator[Moment]:
        if settings.reports.review is not None:
            yield from reviews(since, now, settings.reports.review.at, ZoneInfo(settings.page.zone))
        if settings.reports.statements is not None:
            yield from statements(self._reading.books.closed_since(since))

    def _prepared(self, settings: Settings, item: Due, now: Seconds) -> Prepared:
        report = item.report
        if item.skipped:
            late = f"skipped: it was due more than a week ago; `janji report {report.month} --send` sends it"
            return Prepared(item, Message("info", f"{report.kind} {report.agreement} {report.month}", ""), late)
        try:
            return Prepared(item, self._letter(settings, report, now), "")
        except asking.NotThere as error:
            return Prepared(item, Message("info", f"{report.kind} {report.month}", ""), f"skipped: {error}")

    def _letter(self, settings: Settings, report: Report, now: Seconds) -> Message:
        # Imported only now: the layout of the PDF takes its time, and most hubs run for days before they need it.
        from monitor.reports.letters import review_letter, statement_letter

        page, head = settings.page, self._reading.ledger_head()
        asked = settings.reports.review if report.kind is ReportKind.REVIEW else settings.reports.statements
        language = (asked.language if asked is not None else None) or page.written
        if report.kind is ReportKind.REVIEW:
            accounts = asking.everything(
                Accounts(Snapshot(self._reading), settings), report.month, ZoneInfo(page.zone), now
            )
            incidents = told_incidents(self._reading, settings, accounts[0].settled, now)
            return review_letter(accounts, head, incidents, issuer=page.title, language=language)
        found = self._reading.books.revisions(Subject.AGREEMENT, report.agreement, report.month)
        closing = next(item.closing for item in found if item.closing.revision == report.revision)
        return statement_letter(kept_account(closing), head, issuer=page.title, language=language)

    def _owe(self, settings: Settings, ready: Prepared, now: Seconds) -> bool:
        item = ready.due
        targets = settings.alerts.channel(item.channel).to
        owed = self._store.outbox.owe(
            item.report.event, item.channel, targets, ready.message, now, skipped=ready.skipped
        )
        if owed and ready.skipped:
            logger.warning("%s for channel %s is not sent; %s", item.report.event, item.channel, ready.skipped)
        return owed and not ready.skipped


def wishes(reports: Mapping[str, Any]) -> Iterator[Wish]:
    """Who is to get what, by the `reports` of a stored version of the settings."""
    for channel in reports.get("review", {}).get("notify", ()):
        yield ReportKind.REVIEW, "", channel
    statements = reports.get("statements", {})
    for channel in statements.get("notify", ()):
        for agreement in statements["agreements"]:
            yield ReportKind.STATEMENT, agreement, channel
