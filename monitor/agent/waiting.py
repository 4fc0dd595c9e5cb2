"""Results from the moment they were seen until the hub has them: a second in memory, then on the disk.

`deliver` is called on the event loop; all else in one thread, the spool's. Nothing is let go but by `done`.
"""

import json
import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from threading import Lock

from monitor.agent import machine
from monitor.agent.link import Waits
from monitor.core.backlog import is_failure
from monitor.core.exchange import MOST_RESULTS, Load, parcels
from monitor.core.model import Milliseconds, Result, Seconds
from monitor.core.record import encode
from monitor.core.stand import Clockwork, Stand
from monitor.storage.spool import Batch, Spool

logger = logging.getLogger(__name__)

MEMORY_LIMIT = 100_000
"""Results kept in memory while the disk takes none; beyond that they are given up as on the disk."""


class Waiting:
    """The results of one agent that its hub does not have yet, each with how the clock stood by which it was seen."""

    def __init__(self, spool: Spool, stand: Callable[[], Stand] = machine.stand) -> None:
        self._spool = spool
        self._aside = spool.beside("refused")
        self._stand = stand
        self._clock = Clockwork(stand())
        self._fresh: list[tuple[Stand, Result]] = []
        self._lock = Lock()
        self._unwritten: list[tuple[Stand, Result]] = []
        self._live = 0
        self._lost = 0
        self.spooled = len(spool)

    def deliver(self, result: Result) -> None:
        """Takes a result; never waits."""
        at_ms = self._look()
        with self._lock:
            self._fresh.append((self._clock.of(result.started_ms, at_ms), result))

    def flush(self, now: Seconds, *, away: bool) -> str | None:
        """Writes what has come in to the disk; says what is wrong with it, if anything.

        While the hub is away results share segments. Once it is there each second's begin new ones, to be sent alone.
        """
        self._look()
        with self._lock:
            fresh, self._fresh = self._fresh, []
        self._live = min(len(fresh) + (0 if away else self._live), MOST_RESULTS)
        self._unwritten += fresh
        if not away:
            self._spool.turn()
        self._spool.expire(now)
        problem = self._write() if self._unwritten else None
        self.spooled = len(self._spool)
        return problem

    def _look(self) -> Milliseconds:
        at_ms = machine.running_ms()
        self._clock = self._clock.looked_at(self._stand(), at_ms)
        return at_ms

    def _write(self) -> str | None:
        try:
            for stand, group in groupby(self._unwritten, key=itemgetter(0)):
                self._spool.append([result for _, result in group], str(stand))
        except OSError as error:
            over = max(0, len(self._unwritten) - MEMORY_LIMIT)
            self._unwritten = remaining(self._unwritten, over)
            self._lost += over
            return f"the disk takes no results ({error.strerror or error}); they wait in memory"
        self._unwritten = []
        return None

    def shift_ms(self, batch: Batch) -> Milliseconds:
        """By how much the clock was ahead, when a batch's results were seen, of what it is now."""
        self._look()
        then = Stand.parse(batch.mark)
        return 0 if then is None else then.shift_ms(self._clock.now)

    @property
    def live(self) -> bool:
        """Whether there is something that was seen since the last `take` of it."""
        return bool(self._unwritten or self._live)

    def __len__(self) -> int:
        """How many wait, as of the last step: `spooled` is counted in the spool's thread and read in any."""
        return self.spooled + len(self._unwritten)

    def waits(self, taken: int) -> Waits:
        """What waits beside so many that are about to be sent."""
        slots = [result.slot for _, result in self._unwritten]
        oldest = min((slot for slot in (self._spool.oldest, *slots) if slot is not None), default=None)
        return Waits(max(0, len(self) - taken), self._spool.dropped + self._lost, oldest)

    def take(self, load: Load) -> Batch:
        """What is to be sent next, whole segments of the spool; it stays until `done`."""
        if load is Load.HEARTBEAT:
            return Batch()
        if load is Load.BACKLOG:
            return self._spool.take(MOST_RESULTS)
        if self._unwritten:
            newest = self._unwritten[-1][0]
            taken = [result for stand, result in self._unwritten[-MOST_RESULTS:] if stand == newest]
            return Batch(tuple(taken), mark=str(newest))
        count, self._live = self._live, 0
        return self._spool.take(count, newest=True)

    def done(self, batch: Batch) -> None:
        """The hub has these: lets go of them."""
        self._spool.done(batch)
        self.spooled = len(self._spool)
        if not batch.segments:
            gone = set(batch.results)
            self._unwritten = [item for item in self._unwritten if item[1] not in gone]

    def set_aside(self, result: Result) -> None:
        """Keeps a result that the hub chokes on where it holds up no other."""
        try:
            self._aside.append([result])
        except OSError as error:
            logger.error("a result that the hub cannot read is lost, the disk takes nothing: %s", error)


def remaining(items: Sequence[tuple[Stand, Result]], over: int) -> list[tuple[Stand, Result]]:
    """What is left when so many are given up: answers before failures, old before new."""
    answers = [index for index, (_, result) in enumerate(items) if not is_failure(result)][:over]
    failures = [index for index, (_, result) in enumerate(items) if is_failure(result)][: over - len(answers)]
    gone = {*answers, *failures}
    return [item for index, item in enumerate(items) if index not in gone]


def encoded(results: Sequence[Result]) -> list[list[tuple[Result, bytes]]]:
    """The results with their JSON, in batches that the wire takes."""
    lines = [(result, json.dumps(encode(result), separators=(",", ":")).encode()) for result in results]
    return list(parcels((line, len(line[1])) for line in lines))
