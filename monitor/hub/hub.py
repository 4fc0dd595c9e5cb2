"""The hub's life: start, one beat a second, reload, stop. Holds no rule; each beat calls one-step functions."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from monitor.core.alerting.own import OwnTrouble
from monitor.core.model import Seconds
from monitor.core.pause import Pause
from monitor.core.secret import Lookup
from monitor.hub.alert_plan import alert_plan
from monitor.hub.alerting import Alerting
from monitor.hub.assigning import Planned, assignments, plan_of
from monitor.hub.beside import Beside, Page
from monitor.hub.ears import Ears
from monitor.hub.holding import Holding
from monitor.hub.housekeeping import Housekeeping
from monitor.hub.incidents import Incidents
from monitor.hub.ingest import Ingest, Progress
from monitor.hub.leading import OTHER_SETTINGS, Leading
from monitor.hub.notifier import Deliver, Notifier
from monitor.hub.own_trouble import OwnTroubles, own_file, trouble_of
from monitor.hub.reporting import Reporting
from monitor.hub.sights import Sights
from monitor.hub.telling_subscribers import TellingSubscribers
from monitor.hub.threads import Threads, run_in
from monitor.hub.wanted import agents, wanted_components
from monitor.probes.garbage import Collector, give_back
from monitor.probes.prober import Prober
from monitor.probes.run import Clock
from monitor.probes.session import Ways, open_context
from monitor.reader.edits import edits
from monitor.reader.reader import Reader
from monitor.settings.hub import Location, Settings
from monitor.storage.judging import Judge
from monitor.storage.leading import Alone, Leadership
from monitor.storage.spool import Spool
from monitor.storage.store import News, NotLeading, StorageAway, Store

logger = logging.getLogger(__name__)


class Hub:
    """One hub on one store. The roof gives it everything it talks to."""

    def __init__(
        self,
        *,
        store: Store,
        reading: Store,
        settings: Settings,
        clock: Clock,
        secrets: Lookup,
        deliver: Deliver,
        spool: Spool,
        actor: str,
        name: str = "hub",
        leadership: Leadership | None = None,
    ) -> None:
        """`name` is unlike that of all other hubs on the database; without `leadership` it is the only one."""
        alone = leadership is None or isinstance(leadership, Alone)
        self._store = store
        self._settings = settings
        self._clock = clock
        self._secrets = secrets
        self._actor = actor
        self.threads = Threads()
        self.reader = Reader(reading, settings, self.now)
        self._judge = Judge(alert_plan(settings), agents(settings))
        self._ingest = Ingest(store, self._judge, spool)
        self._notifier = Notifier(store, deliver=deliver, secrets=secrets, writer=self.threads.writer, holder=name)
        threads = {"writer": self.threads.writer, "readers": self.threads.readers}
        self._alerting = Alerting(store, reading, settings, self._notifier, secrets, since=self.now(), **threads)
        self._beside: tuple[Beside, ...] = (
            self._alerting,
            Reporting(store, reading, settings, **threads),
            Incidents(store, reading, settings, **threads),
            Holding(self._ingest),
            Housekeeping(store, reading, settings, **threads),
            TellingSubscribers(store, settings, secrets=secrets, writer=self.threads.writer),
        )
        self._own = OwnTroubles(
            settings,
            path=own_file(spool.folder),
            deliver=deliver,
            secrets=secrets,
            name="" if alone else name,
            led=lambda: self._leading.led,
        )
        self._sights = Sights(store)
        self._collector = Collector(clock.monotonic)
        self._probers: dict[str, Prober] = {}
        self._ways: Ways | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._reading = reading
        self._seen: News | None = None
        self._pending: list[int] = []
        self._pauses: list[Pause] = []
        self._news = asyncio.Event()
        self._ready = False
        self._leading = Leading(leadership or Alone(), store, gained=self._lead, lost=self._follow, report=self._report)
        self._ears = Ears(store, writer=self.threads.writer, wall=clock.wall, alone=alone)

    @property
    def settings(self) -> Settings:
        """The version in force."""
        return self._settings

    def now(self) -> Seconds:
        return int(self._clock.wall())

    async def run(self, page: Page, stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
        """Works until `stop` is set; then ends probes, accepts what waits, and returns."""
        async with open_context(self._secrets, beats=self._ears.heard) as context:
            self._ways = Ways(context)
            await self._leading.step(self.now(), self._settings.digest)
            for work in (
                self._leading.run(self.now, lambda: self._settings.digest),
                self._show(page, ready),
                self._own.run(self.now, self._store.outbox, self.threads.writer),
                *(item.run(self.now, self._report, lambda: self._leading.leads) for item in self._beside),
            ):
                self._tasks.append(asyncio.create_task(work))
            try:
                while not stop.is_set():
                    await self._beat()
                    self._collector.step(sum(len(prober.under_way) for prober in self._probers.values()))
                    await self._pause(stop)
            finally:
                await self._end()

    async def reload(self, settings: Settings) -> None:
        """Takes over a new version of the settings; probes follow from the next slot on."""
        if settings.server != self._settings.server:
            logger.warning("server: changes take effect when Janji is started again")
        if self._leading.leads:
            with contextlib.suppress(NotLeading):
                await self._adopt(settings)
        self._settings = settings
        self.reader.use(settings)
        self._own.use(settings)
        for item in self._beside:
            item.use(settings)

    def _report(self, part: str, problem: str | None, trouble: OwnTrouble | None = None) -> None:
        self.reader.report(part, problem)
        self._own.heard(part, problem, trouble)

    async def _lead(self) -> None:
        self._sights.begin()
        self._ears.begin()
        await self._adopt(self._settings)

    def _follow(self) -> None:
        """Local locations are the leader's."""
        for prober in self._probers.values():
            prober.assign([])

    async def _adopt(self, settings: Settings) -> None:
        plan, wanted = alert_plan(settings), wanted_components(settings)

        def adopt() -> Planned:
            # In the writer's thread, where the judge works too: it never sees half of a change.
            now = self.now()
            for sentence in edits(self._store.settings_versions(), settings, now, self._store.renamings.current()):
                logger.info("%s", sentence)
            self._store.adopt(settings.digest, settings.document, wanted, now=now, actor=self._actor)
            self._judge.forget()
            self._judge.replan(plan, agents(settings))
            return plan_of(settings, self._store, now)

        self._assign(await run_in(self.threads.writer, adopt), settings)

    def _assign(self, planned: Planned, settings: Settings) -> None:
        for location in settings.locations:
            if not location.agent and location.name not in self._probers:
                self._start(location)
            elif not location.agent:
                self._probers[location.name].lend(self._lent.context(location.way))
        away = agents(settings)
        for name, prober in self._probers.items():
            # A location that an agent has taken over is no longer probed from here.
            prober.controls.use(settings.controls_of(name))
            prober.assign([] if name in away else assignments(planned, name))

    @property
    def _lent(self) -> Ways:
        if self._ways is None:
            raise AssertionError("probers start when the hub runs")
        return self._ways

    def _start(self, location: Location) -> None:
        prober = Prober(location.name, self._lent.context(location.way), self._clock, self._ingest.deliver)
        self._probers[location.name] = prober
        self._tasks.append(asyncio.create_task(prober.run()))

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await run_in(self.threads.writer, self._ingest.close)
        await self._notifier.finish()
        await self._own.finish()
        await self._lent.close()
        self._leading.close()
        self.threads.close()

    async def _beat(self) -> None:
        """Accepts and judges what came in, and sends what is owed."""
        self._own.beats(self.now())
        try:
            progress: Progress = await run_in(self.threads.writer, lambda: self._ingest.step(self.now()))
            self._own.keeps(progress.kept)
            if self._leading.leads:
                await self._ears.step()
            self._report("storage", progress.problem, progress.trouble)
            if progress.judged is not None and any(change.turns for change in progress.judged.changes.values()):
                self.reader.changed()
                self._news.set()
            probers = self._probers if self._leading.leads else {}
            blind = {name: prober.controls.blind_since for name, prober in probers.items()}
            if await run_in(self.threads.writer, lambda: self._sights.note(blind, self.now())):
                self.reader.changed()
            if self._leading.leads:
                await self._alerting.step(self.now(), well=progress.problem is None)
            await (self._notifier.step(self.now()) if self._leading.leads else self._notifier.book_late())
            self._report("hub", None)
        except NotLeading:
            pass  # the next look at the lead tells
        except StorageAway as error:
            self._report("storage", f"The database does not answer: {error}", trouble_of(error))
        except Exception:
            # A bug in one beat must not end the hub: it is on the log and on /readyz, and the next beat comes.
            logger.exception("a beat of the hub failed")
            self._report("hub", "Janji itself failed; see its log.")
        finally:
            self._own.beats(None)

    async def _show(self, page: Page, ready: Callable[[], None]) -> None:
        """Keeps the page true, once a second; apart from the beat, so that a long render holds up no result."""
        while True:
            try:
                await self._look_for_facts()
                await self._refresh(page)
                self._report("page", None)
                if not self._ready:
                    self._ready = True
                    self.reader.report("starting", None)
                    ready()
            except StorageAway as error:
                problem = f"The page cannot be renewed, the database does not answer: {error}"
                self._report("page", problem, trouble_of(error))
            except Exception:
                logger.exception("renewing the page failed")
                self._report("page", "The page could not be renewed; see the log.")
            self._news.clear()
            await self._pause(self._news)

    async def _look_for_facts(self) -> None:
        """Facts that a command or the leader changed: the page shows them, and notices are stamped once it does."""
        self.reader.role = self._leading.role
        news = await run_in(self.threads.readers, self._reading.news)
        other = self._leading.role == "follows" and news.settings != self._settings.digest
        self.reader.report("other settings", OTHER_SETTINGS if other else None)
        if news != self._seen:
            self._seen = news
            self._pending = await run_in(self.threads.readers, self._unpublished)
            await self._hold_to_pauses()
            self.reader.changed()

    async def _hold_to_pauses(self) -> None:
        """What is paused is not probed: looked at again when any fact changed."""
        pauses = await run_in(self.threads.readers, self._reading.pauses.all)
        if pauses != self._pauses:
            settings = self._settings
            planned = await run_in(self.threads.readers, lambda: plan_of(settings, self._reading, self.now()))
            self._pauses = pauses
            if self._leading.leads:
                self._assign(planned, settings)

    async def _refresh(self, page: Page) -> None:
        rendered = await run_in(self.threads.readers, lambda: page.refresh(self.now()))
        if rendered:
            await run_in(self.threads.readers, give_back)
        if rendered and self._pending and self._leading.leads:
            pending, self._pending = self._pending, []
            # Rounded up: a server's stamp is never in our favour.
            at = self.now() + 1
            await run_in(self.threads.writer, lambda: self._store.notices.publish(pending, at))

    def _unpublished(self) -> list[int]:
        return [record.no for record in self._reading.notices.all() if not record.published]

    async def _pause(self, event: asyncio.Event) -> None:
        """To the next whole second, or until the event is set."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1 - self._clock.wall() % 1):
                await event.wait()
