"""Sends what the outbox owes. At least once: a message is booked as sent only after it was."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from concurrent.futures import Executor
from dataclasses import replace
from typing import Protocol, TypeAlias

from monitor.core.acknowledging import signed
from monitor.core.alert import Attachment, Message, Plan
from monitor.core.alerting.runs import Event
from monitor.core.alerting.wording import Wording
from monitor.core.alerting.words import linked
from monitor.core.alerting.writing import with_line
from monitor.core.delivery import falls_back, next_try, startable
from monitor.core.model import Seconds
from monitor.core.secret import Lookup, SecretMissing, resolve
from monitor.notify.deliver import Delivery
from monitor.storage.outbox import Owed
from monitor.storage.store import StorageAway

logger = logging.getLogger(__name__)

Deliver: TypeAlias = Callable[[str, Message], Awaitable[Delivery]]


class Messages(Protocol):
    """Where messages are owed, and where it is booked what became of them: as `storage.outbox` says."""

    def waiting(self) -> list[Owed]: ...
    def claim(self, numbers: Collection[int], holder: str, now: Seconds) -> set[int]: ...
    def sent(self, no: int, now: Seconds) -> None: ...
    def retry(self, no: int, next_try: Seconds, error: str, holder: str) -> None: ...
    def give_up(self, no: int, now: Seconds, error: str, holder: str) -> None: ...
    def stand_in(self, owed: Owed, channel: str, targets: Iterable[str], message: Message, now: Seconds) -> bool: ...
    def stood_in(self, owed: Owed) -> bool: ...
    def attachment(self, number: int) -> Attachment: ...


class Keys(Protocol):
    """What links to acknowledge by are signed with."""

    def key(self) -> str: ...


class Books(Protocol):
    """What keeps both: a store, or a file."""

    @property
    def outbox(self) -> Messages: ...
    @property
    def acknowledgements(self) -> Keys: ...


class Notifier:
    """One step starts a try for everything that is due; which and how many is `core.delivery`."""

    def __init__(
        self, store: Books, *, deliver: Deliver, secrets: Lookup, writer: Executor, holder: str = "hub"
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
        self._plan = Plan()
        self._key = ""

    def use(self, plan: Plan) -> None:
        """Stands in for channels as another plan says, from now on."""
        self._plan = plan

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
        """The message with its file and its link, which are made only now. Raises StorageAway."""
        loop, message = asyncio.get_running_loop(), owed.message
        if owed.about:
            message = replace(message, thread=f"janji-{min(owed.about)}")
        if owed.link_no is not None:
            if not self._key:
                self._key = await loop.run_in_executor(self._writer, self._store.acknowledgements.key)
            message = replace(message, body=linked(message.body, signed(self._key, owed.link_no, owed.created_at)))
        if owed.attachment_no is None:
            return message
        file = await loop.run_in_executor(self._writer, self._store.outbox.attachment, owed.attachment_no)
        return replace(message, attachment=file)

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
            if owed.event.endswith(f"/{Event.RECOVERED}") and owed.about and self._store.outbox.stood_in(owed):
                # Whoever was told instead of this channel hears of the recovery, too.
                self._stand_in(owed, owed.message, now)
            return
        again = next_try(owed.no, owed.tries, owed.created_at, now, permanent=outcome.permanent)
        if again is None:
            logger.error("gave up message %s to channel %s: %s", owed.no, owed.channel, outcome.error)
            self._store.outbox.give_up(owed.no, now, outcome.error, self._holder)
        else:
            logger.warning("message %s to channel %s will be tried again: %s", owed.no, owed.channel, outcome.error)
            self._store.outbox.retry(owed.no, again, outcome.error, self._holder)
        if falls_back(owed.event, owed.created_at, now, given_up=again is None):
            wording = Wording(self._plan, self._language(owed.channel))
            line = wording.say("instead", channel=owed.channel, error=outcome.error)
            self._stand_in(owed, with_line(owed.message, line), now)

    def _stand_in(self, owed: Owed, message: Message, now: Seconds) -> None:
        channel = self._plan.channels.get(owed.channel)
        other = self._plan.channels.get(channel.fallback or "") if channel is not None else None
        if channel is None or channel.fallback is None or other is None:
            return
        if self._store.outbox.stand_in(owed, channel.fallback, other.targets, message, now):
            logger.warning("channel %s is told message %s instead of %s", channel.fallback, owed.no, owed.channel)

    def _language(self, name: str) -> str:
        """That of the channel which is told instead."""
        channel = self._plan.channels.get(name)
        other = self._plan.channels.get(channel.fallback or "") if channel is not None else None
        return other.language if other is not None else "en"
