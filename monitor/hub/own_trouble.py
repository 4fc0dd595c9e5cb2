"""Tells channels that the hub itself is in trouble, past the database: what ails it, and when it is well again.

What is told and when is `core.alerting.own`; this module gathers what the parts of the hub say, keeps what stands in a
file, and hands messages to a notifier of its own. Once the database takes it, what was sent is put on record there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from monitor.core.alert import Channel, Message
from monitor.core.alerting.own import HANGING_AFTER, Kept, OwnLetter, OwnTrouble, Standing, decide, present, seen
from monitor.core.alerting.own_words import OwnFacts, own_worded
from monitor.core.alerting.wording import Wording
from monitor.core.model import Seconds
from monitor.core.secret import Lookup
from monitor.hub.alert_plan import alert_plan
from monitor.hub.dispatching import in_own_words
from monitor.hub.leading import ASKED, TAKEN
from monitor.hub.notifier import Deliver, Notifier
from monitor.hub.threads import run_in
from monitor.settings.hub import Settings
from monitor.storage.outbox import OutboxRows
from monitor.storage.own_messages import OwnMessages, OwnWritten
from monitor.storage.store import StorageAway, StorageFull

logger = logging.getLogger(__name__)

_EVERY = 1.0
_PATIENCE = 5.0
"""Seconds for the disk to take the file; after that it is sent without."""

_PARTS = ("hub", TAKEN, "page", "watching", "reports", "incidents", "subscribers", "housekeeping")
_USUAL = {ASKED: OwnTrouble.DATABASE, **dict.fromkeys(_PARTS, OwnTrouble.FAILING)}
"""What it is when a part reports a problem and does not say which."""


def own_file(spool: Path) -> Path:
    """Where it is kept what a hub told of itself: beside its spool."""
    return spool.with_name("own-trouble.json")


class OwnTroubles:
    """What ails this hub, and who heard of it. Its notes are taken in the event loop and never wait."""

    def __init__(
        self,
        settings: Settings,
        *,
        path: Path,
        deliver: Deliver,
        secrets: Lookup,
        name: str = "",
        led: Callable[[], bool | None] = lambda: True,
    ) -> None:
        """`name` of the hub, where there may be others; `led`: whether it leads, or did when that was last known."""
        self._messages = OwnMessages(path)
        # A disk that hangs holds one of them.
        self._threads = ThreadPoolExecutor(4, "own trouble")
        self._notifier = Notifier(self._messages, deliver=deliver, secrets=secrets, writer=self._threads)
        self._name = name
        self._led = led
        self._ailing: dict[str, OwnTrouble] = {}
        self._kept = Kept()
        self._beat_began: Seconds | None = None
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._plan = alert_plan(settings)
        self._notifier.use(self._plan)

    def heard(self, part: str, problem: str | None, trouble: OwnTrouble | None = None) -> None:
        """As `reader.report`; `trouble` where the part knows which it is. Of other parts it tells nothing."""
        found = None if problem is None else trouble or _USUAL.get(part)
        if found is None:
            self._ailing.pop(part, None)
        else:
            self._ailing[part] = found

    def keeps(self, kept: Kept) -> None:
        """How much waits, after a beat."""
        self._kept = kept

    def beats(self, began: Seconds | None) -> None:
        """A beat began at that moment; None: it came to its end."""
        self._beat_began = began

    async def run(self, now: Callable[[], Seconds], outbox: OutboxRows, writer: Executor) -> None:
        """A step a second, until it is cancelled; what was sent is put on record beside it, as that may wait long."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_again_and_again(lambda: self.step(now())))
            tasks.create_task(_again_and_again(lambda: self._put_on_record(outbox, writer)))

    async def step(self, now: Seconds) -> int:
        """Tells what is to be told now; says how many messages it began to send."""
        before = self._messages.standing
        hanging = self._beat_began is not None and now - self._beat_began > HANGING_AFTER
        ailing = {*self._ailing.values(), *([OwnTrouble.HANGING] if hanging else [])}
        wrong = present(ailing, self._kept, before.began if before.lasting else self._kept)
        led = self._led()
        standing = seen(replace(before, led=before.led if led is None else led), wrong, self._kept, now)
        decided = decide(standing, self._plan.own, self._plan.channels, now)
        if decided.standing != before or decided.letters:
            written = [self._in_words(letter, decided.standing, standing, now) for letter in decided.letters]
            keeping = run_in(self._threads, partial(self._messages.keep, decided.standing, written, now))
            with suppress(TimeoutError):
                await asyncio.wait_for(keeping, _PATIENCE)
        return await self._notifier.step(now) if self._messages.waiting() else 0

    async def finish(self) -> None:
        """Waits a moment for tries under way; what is not sent by then is sent after the next start."""
        await self._notifier.finish()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _in_words(self, letter: OwnLetter, after: Standing, standing: Standing, now: Seconds) -> OwnWritten:
        # A channel that was removed since has no address left: what it was owed ends here.
        channel = self._plan.channels.get(letter.channel) or Channel(())
        failing = sorted(part for part, trouble in self._ailing.items() if trouble is OwnTrouble.FAILING)
        facts = OwnFacts(self._name, self._kept, failing)
        event = f"own-{after.no}{f'-{self._name}' if self._name else ''}/{letter.name}"
        try:
            said = own_worded(letter, standing, facts, Wording(self._plan, channel.language), now)
            message = in_own_words(letter.name, letter.channel, channel, said)
        except Exception:
            # A bug in the words must not keep it from anybody.
            logger.exception("alert %s could not be worded", event)
            troubles = ", ".join(item.trouble for item in letter.lasting)
            message = Message("warning", f"Janji itself: {troubles}, {letter.event}", self._plan.url)
        return OwnWritten(event, letter.channel, channel.targets, message)

    async def _put_on_record(self, outbox: OutboxRows, writer: Executor) -> None:
        """Books what became of messages in the database, where it can be written."""
        waiting = self._messages.unbooked()
        if not waiting or {OwnTrouble.DISK, OwnTrouble.DATABASE} & {*self._ailing.values()}:
            return
        with suppress(StorageAway):
            for owed in waiting:
                await run_in(writer, partial(outbox.book, owed))
                await run_in(self._threads, partial(self._messages.book, [owed.no]))


async def _again_and_again(step: Callable[[], Awaitable[object]]) -> None:
    while True:
        await asyncio.sleep(_EVERY)
        try:
            await step()
        except Exception:
            logger.exception("telling that the hub is in trouble failed")


def trouble_of(error: StorageAway) -> OwnTrouble:
    """What the database's refusal says of it."""
    return OwnTrouble.DISK if isinstance(error, StorageFull) else OwnTrouble.DATABASE
