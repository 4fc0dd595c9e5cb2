"""From results to judged facts: one step a second, in the writer's thread. Nothing accepted is ever lost."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from monitor.core.alerting.own import Kept, OwnTrouble, Place
from monitor.core.model import Result, Seconds
from monitor.hub.own_trouble import trouble_of
from monitor.storage.judging import Judge, Judged
from monitor.storage.spool import Spool
from monitor.storage.store import NotLeading, StorageAway, Store

logger = logging.getLogger(__name__)

MEMORY_LIMIT = 100_000
"""Results kept in memory when neither database nor disk takes them; the oldest go first: their slots are unknown."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a step did; `problem` says what is wrong with storage, if anything, `trouble` of which kind it is."""

    accepted: int
    judged: Judged | None
    problem: str | None = None
    trouble: OwnTrouble | None = None
    kept: Kept = field(default_factory=Kept)


class Ingest:
    """Holds results until they are accepted; judges after each batch."""

    def __init__(self, store: Store, judge: Judge, spool: Spool) -> None:
        self._aside = spool.beside("refused")
        self._held = spool.beside("held")
        self._holding = Lock()
        self._store = store
        self._judge = judge
        self._spool = spool
        self._waiting: list[Result] = []
        self._taken: list[Result] = []
        self._steps = 0
        self.under_way: int | None = None
        """The number of the step that has begun and not ended."""
        self._told_lost: dict[str, int] = {}
        self._lock = Lock()
        self._in_memory = 0

    def deliver(self, result: Result) -> None:
        """Takes a result; called from the event loop, never waits."""
        with self._lock:
            self._waiting.append(result)

    def hold(self) -> None:
        """Puts on the disk what a step that hangs has taken, and what came in since; called in a thread of its own.

        The next step accepts it; what the hanging one accepted after all is there already then.
        """
        with self._lock:
            found = [*self._taken, *self._waiting]
            self._taken, self._waiting = [], []
        try:
            if found:
                with self._holding:
                    self._held.append(found)
        except OSError as error:
            logger.error("neither database nor disk takes results: the one hangs, and %s", error)
            with self._lock:
                self._waiting = [*found, *self._waiting]

    def step(self, now: Seconds) -> Progress:
        """Accepts what waits, then judges, unless that is another hub's. A database that is away leaves everything for
        the next step."""
        self._steps += 1
        self.under_way = self._steps
        try:
            return self._step(now)
        finally:
            self.under_way = None

    def _step(self, now: Seconds) -> Progress:
        with self._lock:
            batch, self._waiting = self._waiting, []
            self._taken = batch
        try:
            spooled = self._accept_held() + self._spool.drain(self._accept)
            if batch:
                self._accept(batch)
            with self._lock:
                self._taken = []
            self._tell_lost(now)
        except (StorageAway, OSError) as error:
            trouble = trouble_of(error) if isinstance(error, StorageAway) else OwnTrouble.SPOOL
            return Progress(0, None, self._keep(batch, error), trouble, self._kept())
        self._in_memory = 0
        try:
            judged = self._store.judge(self._judge, now)
            while judged.more:
                judged = _both(judged, self._store.judge(self._judge, now))
        except NotLeading:
            return Progress(len(batch) + spooled, None, kept=self._kept())
        except StorageAway as error:
            problem = f"The database does not answer: {error}"
            return Progress(len(batch) + spooled, None, problem, trouble_of(error), self._kept())
        return Progress(len(batch) + spooled, judged, kept=self._kept())

    def close(self) -> None:
        """Accepts, or else spools, what still waits."""
        with self._lock:
            batch, self._waiting = self._waiting, []
        if batch:
            try:
                self._accept(batch)
            except StorageAway as error:
                self._keep(batch, error)

    def _accept_held(self) -> int:
        """As `Spool.drain`, but `hold` can put more there meanwhile."""
        count = 0
        while self._held:
            with self._holding:
                found = self._held.take()
            if found.results:
                self._accept(found.results)
            with self._holding:
                self._held.done(found)
            count += len(found.results)
        return count

    def _tell_lost(self, now: Seconds) -> None:
        """Writes down what the spool gave up while the database was away, where people look for it."""
        if (lost := self._spool.lost) != self._told_lost:
            self._store.losses.note(self._spool.name, lost, now)
            self._told_lost = lost

    def _accept(self, batch: Sequence[Result]) -> None:
        """Raises StorageAway. A result that the store chokes on is set aside on disk; it holds up no other."""
        try:
            refused = self._store.accept(batch)
        except StorageAway:
            raise
        except Exception:
            if len(batch) == 1:
                logger.exception("a result of %s/%s cannot be stored", batch[0].component, batch[0].check)
                self._aside.append(batch)
                return
            for result in batch:
                self._accept([result])
            return
        for item in refused:
            result = item.result
            logger.error("a result of %s/%s was refused: %s", result.component, result.check, item.reason)

    def _keep(self, batch: Sequence[Result], error: Exception) -> str:
        """Spools a batch, or holds it in memory where the disk is full too; says so in words."""
        try:
            if batch:
                self._spool.append(batch)
        except OSError as full:
            with self._lock:
                kept = [*batch, *self._waiting]
                self._waiting = kept[-MEMORY_LIMIT:]
                self._in_memory = len(self._waiting)
            lost = max(0, len(kept) - MEMORY_LIMIT)
            self._spool.give_up(kept[:lost])
            logger.error("neither database nor disk takes results: %s; %s (%s dropped)", error, full, lost)
            return f"Neither the database nor the disk takes results; {len(kept) - lost} wait in memory."
        self._in_memory = 0
        return f"The database does not answer; results wait in the spool: {error}"

    def _kept(self) -> Kept:
        """What waits now, and where."""
        spool = self._spool
        try:
            room = spool.room
        except OSError:
            room = 0
        return Kept(
            Place(len(spool), spool.size, max(spool.size + room, 1)),
            Place(self._in_memory, self._in_memory, MEMORY_LIMIT),
            spool.dropped,
        )


def _both(first: Judged, second: Judged) -> Judged:
    return Judged({**first.changes, **second.changes}, second.more)
