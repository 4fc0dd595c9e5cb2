"""Tells subscribers what the page tells: spreads public messages over those who want them, and sends what is due.

One step starts a try for each message that is due. Holds no rule.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from monitor.core import subscriber_words as words
from monitor.core.bounce import Bounce
from monitor.core.delivery import next_try
from monitor.core.model import Seconds
from monitor.core.permit import Hosts
from monitor.core.secret import Lookup, SecretMissing, resolve
from monitor.core.subscription import Medium, Subscription, webhook_body
from monitor.hub.public_news import PublicNews
from monitor.hub.threads import run_in
from monitor.notify.deliver import Delivery
from monitor.notify.mail import Mail, send_mail
from monitor.notify.webhook import send_webhook
from monitor.settings.hub import Settings
from monitor.storage.store import NotLeading, StorageAway, Store
from monitor.storage.subscribers import OwedNews

logger = logging.getLogger(__name__)

AT_ONCE = 8
"""Tries under way at once: a mail server that is slow holds up no other part of the house."""
_FORGET_EVERY: Seconds = 600


class TellingSubscribers:
    """The messages of one process; only the hub that leads may `step`."""

    def __init__(self, store: Store, settings: Settings, *, secrets: Lookup, writer: Executor) -> None:
        self._store = store
        self._settings = settings
        self._secrets = secrets
        self._writer = writer
        self._threads = ThreadPoolExecutor(AT_ONCE, "subscribers")
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = PublicNews(store)
        self._forgot_at: Seconds = 0
        self._now: Seconds = 0

    def use(self, settings: Settings) -> None:
        """Sends by another version of the settings from the next try on."""
        self._settings = settings

    async def run(
        self, now: Callable[[], Seconds], report: Callable[[str, str | None], None], leads: Callable[[], bool]
    ) -> None:
        """A step a second while this hub leads, until it is cancelled; says by `report` what is wrong."""
        try:
            while True:
                try:
                    if leads():
                        await self.step(now())
                    report("subscribers", None)
                except NotLeading:
                    pass  # whoever leads by now goes on
                except StorageAway as error:
                    report("subscribers", f"Subscribers cannot be told, the database does not answer: {error}")
                except Exception:
                    # What is owed stays owed: the next step tries again.
                    logger.exception("telling subscribers failed")
                    report("subscribers", "Subscribers could not be told; see the log.")
                await asyncio.sleep(1)
        finally:
            await self.finish()

    async def step(self, now: Seconds) -> int:
        """Starts a try for what is due; says how many. Raises StorageAway, NotLeading."""
        self._now = now
        if now - self._forgot_at >= _FORGET_EVERY:
            self._forgot_at = now
            await run_in(self._writer, partial(self._store.subscribers.forget, now))
        await run_in(self._writer, partial(self._spread, now))
        free = AT_ONCE - len(self._tasks)
        if free <= 0:
            return 0
        found = await run_in(self._writer, partial(self._store.subscribers.claim, now, free))
        for owed in found:
            task = asyncio.create_task(self._try(owed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(found)

    async def settle(self, patience: float = 30.0) -> None:
        """Waits for the tries under way; what is not booked by then stays owed."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def finish(self) -> None:
        await self.settle(3.0)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _spread(self, now: Seconds) -> None:
        self._news.owe(self._settings, now)
        self._store.subscribers.spread(self._news.about, now)

    async def _try(self, owed: OwedNews) -> None:
        try:
            outcome = await self._send(owed)
        except Exception as error:
            # A bug must not lose the message: it is tried again later, as any that failed.
            logger.exception("telling a subscriber message %s failed", owed.no)
            outcome = Delivery(delivered=False, error=f"Janji itself failed: {type(error).__name__}")
        try:
            await run_in(self._writer, partial(self._book, owed, outcome, self._now))
        except StorageAway as error:
            # It is tried again when its lease is over: twice is better than never.
            logger.error("what became of message %s to a subscriber cannot be booked: %s", owed.no, error)

    def _book(self, owed: OwedNews, outcome: Delivery, now: Seconds) -> None:
        told = self._store.subscribers
        if outcome.delivered:
            told.sent(owed.no, now)
            return
        gone = outcome.bounce is Bounce.GONE
        again = next_try(owed.no, owed.tries, owed.created_at, now, permanent=outcome.permanent, at_once=gone)
        after = "gave it up" if again is None else "will be tried again"
        logger.warning("message %s to subscriber %s, %s: %s", owed.no, owed.to.no, after, outcome.error)
        if again is None:
            if told.give_up(owed.no, now, outcome.error, outcome.bounce):
                logger.warning("the subscription of subscriber %s ended: %s", owed.to.no, outcome.error)
        else:
            told.retry(owed.no, again, outcome.error)

    async def _send(self, owed: OwedNews) -> Delivery:
        settings = self._settings
        if owed.to.medium is Medium.WEBHOOK:
            return await send_webhook(
                owed.to.address,
                body_of(owed, settings),
                name=f"{owed.to.no}-{owed.event}",
                secret=owed.to.secret,
                now=self._now,
                allow=Hosts.of(settings.subscriptions.allow),
                names=self._threads,
            )
        mail = settings.subscriptions.mail
        if mail is None:
            return Delivery(delivered=False, error="subscriptions.mail is not in the settings any more")
        try:
            server = resolve(mail.server, self._secrets)
        except SecretMissing as error:
            return Delivery(delivered=False, error=f"the secret {error} is not set")
        number, file = owed.attachment_no, None
        if number is not None:
            file = await run_in(self._writer, partial(self._store.outbox.attachment, number))
        made = replace(mail_of(owed, settings, mail.from_), attachment=file)
        return await run_in(self._threads, partial(send_mail, server, made, self._now))


def link_of(to: Subscription, settings: Settings) -> str:
    """Where a subscriber confirms, chooses and unsubscribes."""
    return settings.page.address(f"subscription/{to.key}", to.language)


def mail_of(owed: OwedNews, settings: Settings, sender: str) -> Mail:
    """The mail that says it."""
    title, link, language = settings.page.title, link_of(owed.to, settings), owed.to.language
    name = f"janji.{owed.to.no}.{owed.event.replace('/', '.').replace(':', '.')}"
    if owed.confirms:
        body = words.say("known_body" if owed.to.active else "confirm_body", language, title=title, link=link)
        return Mail(sender, owed.to.address, words.say("confirm_subject", language, title=title), body, language, name)
    text = f"{owed.body}\n\n-- \n{words.say('foot', language, title=title, link=link)}"
    return Mail(sender, owed.to.address, owed.title, text, language, name, f"{link}/end")


def body_of(owed: OwedNews, settings: Settings) -> bytes:
    """The JSON that a webhook is sent."""
    link = link_of(owed.to, settings)
    if owed.confirms:
        return webhook_body("confirm", {"page": settings.page.title, "confirm_url": link})
    return webhook_body(
        "news",
        {
            "page": settings.page.title,
            "event": owed.event,
            "title": owed.title,
            "text": owed.body,
            "unsubscribe_url": link,
        },
    )
