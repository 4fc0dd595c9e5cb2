"""Owes what alerts say: reads what stands, lets `core.alerting` decide, words it, and books both at once.

A kill before the booking leaves everything as it was, and the next step decides the same; after it the outbox owes.
"""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, replace
from functools import partial
from zoneinfo import ZoneInfo

from monitor.core.alert import Channel, Format, Message, Plan
from monitor.core.alerting.dispatch import Decisions, Letter, decide
from monitor.core.alerting.holding import World
from monitor.core.alerting.runs import Event
from monitor.core.alerting.wording import Allowed, Wording
from monitor.core.alerting.words import ACKNOWLEDGE_PLACE, Said, worded
from monitor.core.alerting.writing import written
from monitor.core.calendar import month_of
from monitor.core.model import Seconds
from monitor.hub.alert_plan import alert_plan
from monitor.hub.threads import run_in
from monitor.notify.template import rendered
from monitor.reader.accounts import Accounts
from monitor.reader.snapshot import Snapshot
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from monitor.storage.telling import Standing, Written

logger = logging.getLogger(__name__)


class Dispatching:
    """One step owes everything that is due. Reads in a reader's thread, writes in the writer's."""

    def __init__(
        self, store: Store, reading: Store, settings: Settings, *, writer: Executor, readers: Executor
    ) -> None:
        self._store = store
        self._reading = reading
        self._writer = writer
        self._readers = readers
        self._settings = settings
        self._plan = alert_plan(settings)

    def use(self, settings: Settings) -> None:
        """Goes by another version of the settings from the next step on."""
        self._settings = settings
        self._plan = alert_plan(settings)

    async def step(self, now: Seconds) -> int:
        """Owes what is to be told now; says how many messages. Raises StorageAway."""
        settings, plan = self._settings, self._plan
        standing = await run_in(self._writer, partial(self._store.alerts.standing, now, plan.all_causes))
        if standing is None:
            return 0
        decided = decide(standing.episodes, await self._world(plan, standing, now), now)
        if not decided:
            return 0
        letters = await run_in(self._readers, partial(self._letters, settings, plan, decided, now))
        await run_in(self._writer, partial(self._store.alerts.tell, decided, letters, now))
        return len(letters)

    async def _world(self, plan: Plan, standing: Standing, now: Seconds) -> World:
        maintenance = await run_in(self._readers, partial(self._reading.alerts.maintenance, now))
        return World(plan, standing.silences, maintenance, standing.watermarks, standing.recent, standing.down)

    def _letters(self, settings: Settings, plan: Plan, decided: Decisions, now: Seconds) -> list[Written]:
        """The letters in words. What a month has left is looked up once for all of them."""
        if not decided.letters:
            return []
        subjects = {item.episode.component for letter in decided.letters for item in letter.items}
        allowed = allowances(self._reading, settings, subjects, now)
        return [in_words(letter, plan, allowed) for letter in decided.letters]


def allowances(reading: Store, settings: Settings, subjects: Iterable[str], now: Seconds) -> dict[str, Allowed]:
    """How the running month of each component with a target stands. A figure that cannot be made is left out: the
    message goes without it."""
    zone = ZoneInfo(settings.page.zone)
    judged = {component.id for component in settings.components if component.objective is not None}
    accounts, month = Accounts(Snapshot(reading, now), settings), month_of(now, zone)
    found: dict[str, Allowed] = {}
    for subject in sorted(judged & set(subjects)):
        try:
            allowance = accounts.month(subject, month, zone, now).allowance
        except Exception:
            logger.exception("the allowance of %s cannot be told in its alert", subject)
            continue
        if allowance is not None:
            found[subject] = Allowed(month, allowance.budget, allowance.left)
    return found


def in_words(letter: Letter, plan: Plan, allowed: Mapping[str, Allowed]) -> Written:
    """The letter as its channel takes it, ready to be owed."""
    # A channel that was removed since has no address left: what it was owed ends here.
    channel = plan.channels.get(letter.channel) or Channel(())
    try:
        said = worded(letter, Wording(plan, channel.language, allowed, acknowledge=True))
        message = in_own_words(letter.name, letter.channel, channel, said)
    except Exception:
        # A bug in the words must not keep the alert from anybody.
        logger.exception("alert %s could not be worded", letter.name)
        message = _bare(letter, plan)
    return Written(
        name=letter.name,
        channel=letter.channel,
        targets=channel.targets,
        message=message,
        about=tuple(item.episode.no for item in letter.items),
        asks=ACKNOWLEDGE_PLACE in message.body,
    )


def in_own_words(name: str, to: str, channel: Channel, said: Said) -> Message:
    """The message to a channel, by its own templates. One that fails on this message is left aside, and logged."""
    message = written(said, channel.format)
    if not (channel.title or channel.body):
        return message
    values = {**asdict(said), "body": message.body, "channel": to}
    try:
        title = rendered(channel.title, values, Format.TEXT) if channel.title else message.title
        body = rendered(channel.body, values, channel.format) if channel.body else message.body
    except Exception:
        logger.exception("the template of channel %s failed; alert %s goes without it", to, name)
        return message
    return replace(message, title=" ".join(title.split()) or message.title, body=body)


def _bare(letter: Letter, plan: Plan) -> Message:
    """What is left to say where the words fail."""
    names = ", ".join(f"{plan.name(item.episode.subject)}: {item.episode.on}" for item in letter.items)
    return Message("success" if letter.event is Event.RECOVERED else "failure", f"{names}, {letter.event}", plan.url)
