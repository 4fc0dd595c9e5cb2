"""Sends what the outbox owes. At least once: a message is booked as sent only after it was."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import replace
from typing import TypeAlias

from monitor.core.alert import Message
from monitor.core.delivery import next_try, startable
from monitor.core.model import Seconds
from monitor.core.secret import Lookup, SecretMissing, resolve
from monitor.notify.deliver import Delivery
from monitor.storage.outbox import Owed
from monitor.storage.store import StorageAway, Store

logger = logging.getLogger(__name__)

Deliver: TypeAlias = Callable[[str, Message], Awaitable[Delivery]]


class Notifier:
    """One step starts a try for everything that is due; which and how many is `core.delivery`."""

    def __init__(
        self, store: Store, *, deliver: Deliver, secrets: Lookup, writer: Executor, holder: str = "hub"
    ) -> None:
        """`holder` is the name that this hub claims messages by; unlike those of other hubs on the database."""
        self._holder = holder
        self._store = store
        self._deliver = deliver
        self._secrets = secrets
        self._writer = writer
        self._now: Seconds = 0
        self._trying: dict[int, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._unbooked: dict[int, tuple[Owed, Delivery]] = {}

    async def step(self, now: Seconds) -> int:
        """Starts a try for each message that is due and may be tried; says how many. Raises StorageAway, NotLeading."""
        self._now = now
        await self.book_late()
        loop = asyncio.get_running_loop()
        waiting = await loop.run_in_executor(self._writer, self._store.outbox.waiting)
        chosen = startable(waiting, now, self._trying)
        if chosen:
            numbers = [owed.no for owed in chosen]
            claimed = await loop.run_in_executor(self._writer, self._store.outbox.claim, numbers, self._holder, now)
            chosen = [owed for owed in chosen if owed.no in claimed]
        for owed in chosen:
            self._trying[owed.no] = owed.target
            task = asyncio.create_task(self._try(owed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(chosen)

    async def finish(self, patience: float = 3.0) -> None:
        """Waits a moment for the tries under way; what is not booked by then stays owed."""
        tasks = set(self._tasks)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _try(self, owed: Owed) -> None:
        try:
            outcome = await self._send(owed)
        except Exception as error:
            # A bug in the delivery must not lose the message: it is tried again later, as any that failed.
            logger.exception("delivering message %s failed", owed.no)
            outcome = Delivery(delivered=False, error=f"Janji itself failed: {type(error).__name__}")
        try:
            await self._book(owed, outcome)
        except StorageAway as error:
            # Until it is booked it is not tried again: that would send it once a second while the database is away.
            logger.error("what became of message %s cannot be booked yet: %s", owed.no, error)
            self._unbooked[owed.no] = (owed, outcome)

    async def _send(self, owed: Owed) -> Delivery:
        try:
            url = resolve(owed.target, self._secrets)
        except SecretMissing as error:
            return Delivery(delivered=False, error=f"the secret {error} is not set")
        return await self._deliver(url, await self._whole(owed))

    async def _whole(self, owed: Owed) -> Message:
        """The message with its file, which is read only now. Raises StorageAway."""
        if owed.attachment_no is None:
            return owed.message
        loop = asyncio.get_running_loop()
        file = await loop.run_in_executor(self._writer, self._store.outbox.attachment, owed.attachment_no)
        return replace(owed.message, attachment=file)

    async def book_late(self) -> None:
        """Books what could not be booked when it came. Raises StorageAway."""
        for owed, outcome in list(self._unbooked.values()):
            await self._book(owed, outcome)
            del self._unbooked[owed.no]

    async def _book(self, owed: Owed, outcome: Delivery) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._write, owed, outcome, self._now)
        del self._trying[owed.no]

    def _write(self, owed: Owed, outcome: Delivery, now: Seconds) -> None:
        if outcome.delivered:
            self._store.outbox.sent(owed.no, now)
            return
        again = next_try(owed.no, owed.tries, owed.created_at, now)
        if again is None:
            logger.error("gave up message %s to channel %s: %s", owed.no, owed.channel, outcome.error)
            self._store.outbox.give_up(owed.no, now, outcome.error, self._holder)
            return
        logger.warning("message %s to channel %s will be tried again: %s", owed.no, owed.channel, outcome.error)
        self._store.outbox.retry(owed.no, again, outcome.error, self._holder)
