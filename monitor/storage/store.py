"""The store: what the rest of the house may ask of a database. One method, one short transaction.

Synchronous; the hub calls it from its writer and reader threads. Methods take and give types of `core`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, select
from sqlmodel import col

from monitor.core import attest, pause
from monitor.core.attest import StoredSettings
from monitor.core.ledger import Entry
from monitor.core.model import Interval, Milliseconds, Result, Seconds, Span
from monitor.core.timeline import Reports, Terms
from monitor.storage import inbox, ledger, pauses, registry, renamings, results, sealed, spans, terms
from monitor.storage.acknowledgements import Acknowledgements
from monitor.storage.answers import Answers
from monitor.storage.beats import Beats
from monitor.storage.books import ClosedBooks
from monitor.storage.contacts import Contacts
from monitor.storage.decisions import Decisions
from monitor.storage.engine import StorageError, open_engine, opening
from monitor.storage.facts import ComponentFacts as ComponentFacts
from monitor.storage.facts import News as News
from monitor.storage.facts import PlannedCheck as PlannedCheck
from monitor.storage.forgetting import Forgetting
from monitor.storage.incidents import Incidents
from monitor.storage.judging import TURNS, Judge, Judged
from monitor.storage.losses import Losses
from monitor.storage.migrate import check_current, migrate
from monitor.storage.notices import Notices
from monitor.storage.outbox import OutboxRows
from monitor.storage.pauses import Pauses
from monitor.storage.registry import Registry
from monitor.storage.renamings import Renamings
from monitor.storage.reported import Reported
from monitor.storage.results import Refused
from monitor.storage.sealing import Sealing
from monitor.storage.subscribers import Subscribers
from monitor.storage.tables import Component, SettingsVersion
from monitor.storage.tables import Result as ResultRow
from monitor.storage.telling import Tellings
from monitor.storage.terms import LoadedSettings, WantedComponent
from monitor.storage.tokens import Tokens
from monitor.storage.transactions import NotLeading as NotLeading
from monitor.storage.transactions import StorageAway as StorageAway
from monitor.storage.transactions import StorageFull as StorageFull
from monitor.storage.transactions import Transactions
from monitor.storage.vendor_reports import VendorReports


class Store:
    """One database. `open` migrates it; a read-only store refuses to be written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._registry = Registry()
        self._work = Transactions(engine, self._registry.forget)
        self._loaded: tuple[tuple[int, LoadedSettings], ...] = ()
        self._reported = Reported()
        self.answers = Answers(self.transaction)
        self.beats = Beats(self.transaction, self._registry)
        self.acknowledgements = Acknowledgements(self.transaction)
        self.alerts = Tellings(self.transaction, self._work.deciding)
        self.books = ClosedBooks(self.transaction)
        self.contacts = Contacts(self.transaction, self._registry)
        self.decisions = Decisions(self.transaction)
        self.forgetting = Forgetting(self._work.deciding)
        self.incidents = Incidents(self.transaction)
        self.measured_incidents = Incidents(self._work.deciding)  # as the leader writes them, by what is measured
        self.losses = Losses(self.transaction, self._registry)
        self.notices = Notices(self.transaction)
        self.outbox = OutboxRows(self.transaction, self._work.deciding)
        self.pauses = Pauses(self.transaction)
        self.renamings = Renamings(self.transaction)
        self.sealing = Sealing(self._work.deciding)
        self.subscribers = Subscribers(self.transaction, self._work.deciding)
        self.tokens = Tokens(self.transaction)
        self.vendor_reports = VendorReports(self.transaction)

    @classmethod
    def open(cls, url: str, name: str = "") -> tuple[Self, Path | None]:
        """A store on migrated tables, and the backup that was taken before an upgrade, if any; `name` is the hub's."""
        engine = open_engine(url, short=True, name=name)
        with opening(engine):
            return cls(engine), migrate(engine)

    @classmethod
    def open_read_only(cls, url: str) -> Self:
        """A store for reading. Raises StorageError when the database is not there yet."""
        engine = open_engine(url, read_only=True)
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
            raise StorageError(f"there is no database at {engine.url.database}; run `janji up` first")
        with opening(engine):
            check_current(engine)
        return cls(engine)

    @property
    def origin(self) -> Self:
        """Itself: what a snapshot was taken of."""
        return self

    @property
    def engine(self) -> Engine:
        """For what concerns the database as a whole: the lock, the election, the files."""
        return self._engine

    def close(self) -> None:
        self._engine.dispose()

    def transaction(self) -> AbstractContextManager[Connection]:
        """All or nothing; a lost or full database is StorageAway."""
        return self._work.transaction()

    def decide_in(self, epoch: int | None) -> None:
        """From now on what only the leader may write is written in this epoch; None: it raises NotLeading."""
        self._work.epoch = epoch

    def adopt(
        self,
        digest: str,
        document: Callable[[], Mapping[str, Any]],
        wanted: Sequence[WantedComponent],
        *,
        now: Seconds,
        actor: str,
    ) -> None:
        """Stores the settings' version and sets their terms; enters what is new in the ledger. For the leader.

        The document is asked for where the version is new. Raises NamesClash.
        """
        with self._work.deciding() as connection:
            if terms.remember_settings(connection, digest, document, now):
                payload = {"digest": digest}
                ledger.append(connection, at=now, actor=actor, kind=attest.LOADED, payload=payload)
            terms.adopt(connection, self._registry, wanted, now, actor)

    def planned(self, now: Seconds) -> list[PlannedCheck]:
        """What is to be probed from now on, terms that begin later included; nothing in what is paused."""
        with self.transaction() as connection:
            names = dict(connection.execute(select(col(Component.no), col(Component.id))).all())
            paused = {name: pause.intervals(items) for name, items in pauses.read(connection).items()}
            return [
                PlannedCheck(names[component_no], piece)
                for component_no, items in terms.read_terms(connection, after=now).items()
                for _, item in items
                for piece in pause.unpaused(item, paused.get(names[component_no], ()), now)
            ]

    def definitions(self, digests: Collection[str]) -> dict[str, dict[str, Any]]:
        """By digest: definitions of checks as stored."""
        with self.transaction() as connection:
            return registry.read_definitions(connection, digests)

    def accept(self, batch: Sequence[Result]) -> list[Refused]:
        """Appends results with their inbox row; once this returns, they are never lost."""
        with self.transaction() as connection:
            return results.accept(connection, self._registry, batch)

    def judge(self, judge: Judge, now: Seconds) -> Judged:
        """One step of the judge in one transaction, for the leader; the judge forgets what it knew if that fails."""
        epoch = self._work.epoch
        try:
            with self._work.deciding(epoch) as connection:
                return judge.step(connection, now, epoch)
        except BaseException:
            judge.forget()
            raise

    def components(self) -> dict[str, ComponentFacts]:
        with self.transaction() as connection:
            return {
                row.id: ComponentFacts(row.id, row.since, row.until, row.watermark, row.revision, row.bridge)
                for row in connection.execute(select(Component))
            }

    def spans(self, component: str, start: Seconds, end: Seconds) -> list[Span]:
        """The component's spans that touch `[start, end)`, whole."""
        with self.transaction() as connection:
            no = connection.execute(select(col(Component.no)).where(col(Component.id) == component)).scalar()
            return [] if no is None else [span for span in spans.read(connection, no, start, end) if span.end > start]

    def spans_since(self, start: Seconds) -> dict[str, list[Span]]:
        """By component: the spans that end after an instant, whole, in order; one statement for all."""
        with self.transaction() as connection:
            names = dict(connection.execute(select(col(Component.no), col(Component.id))).all())
            return {names[no]: found for no, found in spans.read_all(connection, start).items()}

    def newest_spans(self) -> dict[str, Span]:
        """The last span of every component that has one: how it is at its watermark."""
        with self.transaction() as connection:
            names = dict(connection.execute(select(col(Component.no), col(Component.id))).all())
            return {names[no]: span for no, span in spans.newest(connection).items()}

    def results(self, component: str, start: Seconds, end: Seconds) -> list[Result]:
        """The component's results in the slots that start in `[start, end)`, in order."""
        with self.transaction() as connection:
            no = connection.execute(select(col(Component.no)).where(col(Component.id) == component)).scalar()
            return [] if no is None else sealed.read(connection, start, end, no)

    def reports(self, start: Seconds, end: Seconds, component: str | None = None) -> dict[str, dict[str, Reports]]:
        """What was reported in the slots that start in `[start, end)`, by component and check, of one or of all.

        Ask for a day at a time.
        """
        found: dict[str, dict[str, Reports]] = defaultdict(dict)
        with self.transaction() as connection:
            names = registry.check_names(connection, component)
            if component is None or names:
                numbers = None if component is None else list(names)
                for no, reports in self._reported.between(connection, start, end, numbers).items():
                    if no in names:
                        found[names[no][0]][names[no][1]] = reports
        return found

    def results_from(self) -> Seconds:
        """From when on results are kept; those before it were removed when their retention was over."""
        with self.transaction() as connection:
            return results.kept_from(connection)

    def damaged(self) -> list[str]:
        """What of the sealed days is not as it was sealed, or not as the ledger tells; a sentence for each."""
        with self.transaction() as connection:
            return list(sealed.damage(connection))

    def waiting(self) -> dict[str, list[Interval]]:
        """By component: the time that results, or decisions on them, touched and that is not judged with them yet."""
        with self.transaction() as connection:
            names = dict(connection.execute(select(col(Component.no), col(Component.id))).all())
            return {names[no]: periods for no, periods in inbox.waiting(connection).items()}

    def latencies(self, start: Seconds, end: Seconds) -> dict[str, dict[Milliseconds, int]]:
        """By component: how often each total time of a good answer was seen in `[start, end)`, in open days."""
        with self.transaction() as connection:
            return results.latencies(connection, start, end)

    def terms(self) -> dict[str, list[Terms]]:
        """All terms ever, by component id."""
        with self.transaction() as connection:
            names = dict(connection.execute(select(col(Component.no), col(Component.id))).all())
            found = terms.read_terms(connection, after=-1)
            return {names[no]: [item for _, item in items] for no, items in found.items()}

    def settings_versions(self) -> list[LoadedSettings]:
        """Every version of the settings that was loaded, in order. A version never changes, so each is read once."""
        known = self._loaded
        with self.transaction() as connection:
            known = (*known, *terms.read_loaded(connection, known[-1][0] if known else 0))
            names = renamings.current(connection)
        # Two readers may find the same news: each sets a whole tuple, so nothing is lost or doubled.
        self._loaded = known
        return [version.renamed(names) for _, version in known]

    def stored_settings(self) -> list[StoredSettings]:
        """Every version of the settings as it is stored now, whole, with its digest, in order: read anew each time."""
        query = select(SettingsVersion).order_by(col(SettingsVersion.no))
        with self.transaction() as connection:
            return [StoredSettings(row.digest, row.loaded_at, row.body) for row in connection.execute(query)]

    def newest_result(self, now: Seconds) -> Seconds | None:
        """When the newest result was taken; an agent's clock may have been ahead, and that is none."""
        query = (
            select(col(ResultRow.slot), col(ResultRow.start_ms))
            .where(col(ResultRow.slot) <= now)
            .order_by(col(ResultRow.slot).desc())
            .limit(50)
        )
        with self.transaction() as connection:
            moments = [slot + start_ms // 1000 for slot, start_ms in connection.execute(query)]
        return max(moments, default=None)

    def ledger(self) -> list[Entry]:
        with self.transaction() as connection:
            return ledger.read(connection)

    def ledger_head(self) -> Entry | None:
        """The newest entry of the ledger: its digest holds every one before it. None before the first."""
        with self.transaction() as connection:
            return ledger.head(connection)

    def news(self) -> News:
        """What is asked every second, whether there is anything to look at again."""
        newest = select(col(SettingsVersion.digest)).order_by(col(SettingsVersion.no).desc()).limit(1)
        with self.transaction() as connection:
            counters = ledger.counter(connection, "facts"), ledger.counter(connection, TURNS)
            return News(*counters, connection.execute(newest).scalar())

    def facts_version(self) -> int:
        """Grows with every change of facts that a command makes: notices, tokens, decisions."""
        with self.transaction() as connection:
            return ledger.counter(connection, "facts")
