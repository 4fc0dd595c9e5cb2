"""Whether this hub leads: asked every second, in a thread of its own, and told to the rest of the hub."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from monitor.core.model import Seconds
from monitor.storage.leading import Leadership
from monitor.storage.store import NotLeading, StorageAway, Store
from monitor.storage.transactions import UNFENCED

logger = logging.getLogger(__name__)

_EVERY = 1.0
ASKED, TAKEN = "leader", "lead"
"""The parts that it reports on: whether the database says who leads, and whether the lead could be taken."""

OTHER_SETTINGS = (
    "The settings of this hub are not those in force, which the hub that leads has; give every hub the same file. "
    "It would bring its own into force if it took the lead."
)


class Leading:
    """`gained` and `lost` say what follows. A hub whose database is away does neither: it goes on probing, as what it
    sees waits in its spool, and decides nothing until it knows whether it still leads."""

    def __init__(
        self,
        leadership: Leadership,
        store: Store,
        *,
        gained: Callable[[], Awaitable[None]],
        lost: Callable[[], None],
        report: Callable[[str, str | None], None],
    ) -> None:
        self._leadership = leadership
        self._store = store
        self._gained = gained
        self._lost = lost
        self._report = report
        self._thread = ThreadPoolExecutor(1, "leader")
        self._known = False
        self._epoch: int | None = None

    @property
    def leads(self) -> bool:
        """Whether it may decide, as far as it knows: the database says so again in each transaction."""
        return self._known and self._epoch is not None

    @property
    def led(self) -> bool | None:
        """Whether it led when that was last known; None before it was."""
        return None if self._epoch is None and not self._known else self._epoch is not None

    @property
    def role(self) -> str:
        """For whoever looks after several hubs."""
        if not self._known:
            return "waits for the database"
        return "follows" if self._epoch is None else "leads"

    async def step(self, now: Seconds, settings: str) -> None:
        """One look. What `gained` raises is the caller's, and is tried again at the next look."""
        loop = asyncio.get_running_loop()
        try:
            epoch = await loop.run_in_executor(self._thread, self._leadership.step, now, settings)
        except StorageAway as error:
            self._known = False
            self._store.decide_in(None)
            self._report(ASKED, f"Whether this hub leads is not known, the database does not answer: {error}")
            return
        self._report(ASKED, None)
        if self._known and epoch == self._epoch:
            self._report(TAKEN, None)
            return
        self._known, self._epoch = False, epoch
        self._store.decide_in(epoch)
        if epoch is None:
            self._lost()
            logger.info("another hub leads; this one serves pages and takes results in")
        else:
            await self._gained()
            if epoch != UNFENCED:
                logger.info("this hub leads, in epoch %s", epoch)
        self._known = True

    async def run(self, now: Callable[[], Seconds], settings: Callable[[], str]) -> None:
        """A look a second, until it is cancelled."""
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self.step(now(), settings())
            except (StorageAway, NotLeading) as error:
                logger.warning("the lead could not be taken yet: %s", error)
            except Exception:
                logger.exception("taking the lead failed; it is tried again")
                self._report(TAKEN, "Taking the lead failed; see the log.")

    def close(self) -> None:
        """Waits for a look that is under way."""
        self._thread.shutdown()
