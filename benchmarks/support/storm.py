"""A storm: settings, what each probe sees when, and the same code as in the hub on a clock that is passed in."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.core.alert import Message
from monitor.core.alerting.episode import Episode
from monitor.core.contact import Contact, Waiting
from monitor.core.model import Failure, FailureKind, Phases, Result, Seconds, State, digest
from monitor.core.schedule import Timing
from monitor.core.secret import SecretMissing
from monitor.hub.alert_plan import alert_plan
from monitor.hub.alerting import Alerting
from monitor.hub.notifier import Notifier
from monitor.hub.wanted import agents, wanted_components
from monitor.hub.watching import EVERY as WATCHED_EVERY
from monitor.hub.watching import Look
from monitor.notify.deliver import Delivery
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.judging import Judge
from monitor.storage.store import Store

START: Seconds = 1_767_225_600
_LINGER: Seconds = 120
"""How long it goes on after the last result: what is held is told."""

Sees = Callable[[str, str, Seconds], State | None]
"""What a location sees of a component in a slot, seconds after the start; None: no result comes."""


@dataclass(frozen=True, slots=True)
class Storm:
    """`plain` is how many messages one for each change of state would make, counted by hand from what is seen."""

    name: str
    settings: str
    length: Seconds
    sees: Sees
    plain: int
    away: Callable[[str, Seconds], bool] = lambda _url, _at: False  # whether an address is down
    restarts: tuple[Seconds, ...] = ()
    hears: Callable[[str, Seconds], bool] = lambda _location, _at: True  # whether an agent is heard of


@dataclass
class Outcome:
    """What came of a storm: each message with when it was delivered, and the episodes behind them."""

    storm: Storm
    delivered: list[tuple[Seconds, str, str, str]] = field(default_factory=list)  # at, url, event, title
    episodes: list[Episode] = field(default_factory=list)
    undelivered: int = 0

    @property
    def duplicates(self) -> int:
        """Messages that an address got twice."""
        return len(self.delivered) - len({(url, event) for _, url, event, _ in self.delivered})

    @property
    def losses(self) -> int:
        """Episodes that a channel was neither told of, nor told the end of, nor has a reason for; and messages that
        were owed and never delivered."""
        unsaid = [
            told
            for episode in self.episodes
            for told in [episode.told.get(channel) for channel in episode.channels]
            if told is None or (told.closed_at is None and (told.fired_at is None or told.recovered_at is None))
        ]
        return len(unsaid) + self.undelivered

    @property
    def first(self) -> Seconds:
        """The longest that a firing waited from its decision to its message being owed, of those nothing held."""
        waits = [
            told.fired_at - episode.fired_at
            for episode in self.episodes
            for told in episode.told.values()
            if told.fired_at is not None
        ]
        return max(waits, default=0)

    def by_rule(self) -> dict[str, int]:
        """How many messages each kind of rule made, by the first trouble that a message is about."""
        known = {str(episode.no): episode.on.value for episode in self.episodes}
        found: dict[str, int] = {}
        for _, _, event, _ in self.delivered:
            rule = known[event.split("/")[0]]
            found[rule] = found.get(rule, 0) + 1
        return found


def replay(storm: Storm, folder: Path) -> Outcome:
    """The storm from its first second to its last, in a database of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = folder / "janji.yaml"
    file.write_text(storm.settings, encoding="utf-8")
    settings = load(file, secrets=lambda _name: True).settings
    return asyncio.run(_Replay(storm, settings, f"sqlite:///{folder}/janji.db").run())


class _Replay:
    def __init__(self, storm: Storm, settings: Settings, database: str) -> None:
        self._storm = storm
        self._settings = settings
        self._database = database
        self._outcome = Outcome(storm)
        self._now: Seconds = START
        self._sending: dict[str, str] = {}

    async def run(self) -> Outcome:
        with ThreadPoolExecutor(1) as self._thread:
            self._start()
            due = self._results()
            for second in range(self._storm.length + _LINGER):
                self._now = START + second
                if second in self._storm.restarts:
                    # As a power cut does: what was in memory is gone.
                    self._store.close()
                    self._start()
                await self._second(due.get(second, []), second)
            self._outcome.episodes = self._store.alerts.newest(10_000)
            self._outcome.undelivered = len(self._store.outbox.waiting()) + len(self._store.outbox.dead())
            self._store.close()
        return self._outcome

    def _start(self) -> None:
        settings, threads = self._settings, {"writer": self._thread, "readers": self._thread}
        self._store, _ = Store.open(self._database)
        self._store.adopt(
            settings.digest, settings.document, wanted_components(settings), now=self._now - 1, actor="storm"
        )
        self._judge = Judge(alert_plan(settings), agents(settings))
        self._notifier = Notifier(self._store, deliver=self._deliver, secrets=_no_secret, writer=self._thread)
        self._alerting = Alerting(
            self._store, self._store, settings, self._notifier, _no_secret, since=self._now, **threads
        )

    async def _second(self, results: list[Result], second: Seconds) -> None:
        for place in self._settings.locations:
            if place.agent and second % 5 == 0 and self._storm.hears(place.name, second):
                self._store.contacts.note(Contact(place.name, self._now, 1, "1", Waiting(0, 0, 0, None)))
        if results:
            self._store.accept(results)
        if results or second % 5 == 0:
            self._store.judge(self._judge, self._now)
        if second % WATCHED_EVERY == 0:
            plan = alert_plan(self._settings)
            found = Look(self._store, self._settings, plan, START, self._now).turns()
            if found:
                self._store.alerts.turn(found, self._now)
        await self._alerting.step(self._now, well=True)
        if self._store.outbox.due(self._now, 1):
            # Which message it is, a receiver is not told: it is looked up by what it is given.
            self._sending = {f"{item.target} {item.message.title}": item.event for item in self._store.outbox.waiting()}
            await self._notifier.step(self._now)
            await self._notifier.finish()

    async def _deliver(self, url: str, message: Message) -> Delivery:
        second = self._now - START
        if self._storm.away(url, second):
            return Delivery(delivered=False, error="it could not be reached")
        event = self._sending[f"{url} {message.title}"]
        self._outcome.delivered.append((second, url, event, message.title))
        return Delivery(delivered=True)

    def _results(self) -> dict[Seconds, list[Result]]:
        """Everything that comes in, by the second in which it does: each check at its own phase of the slot."""
        found: dict[Seconds, list[Result]] = {}
        for component in self._settings.components:
            for check in component.checks:
                name, every = f"{component.id}/{check.id or check.kind}", int(check.every.total_seconds())
                phase = Timing(name, every, 10_000, 5_000).phase_ms
                for slot in range(0, self._storm.length, every):
                    for place in check.locations or ():
                        state = self._storm.sees(component.id, place, slot)
                        if state is not None:
                            result = _result(component.id, check.id or check.kind, place, slot, phase, state)
                            result = replace(result, definition=digest(check.definition()))
                            found.setdefault(slot + phase // 1000 + 1, []).append(result)
        return found


def _result(component: str, check: str, location: str, slot: Seconds, phase: int, state: State) -> Result:
    failure = Failure(FailureKind.TIMEOUT) if state is State.DOWN else None
    return Result(
        component=component,
        check=check,
        location=location,
        slot=START + slot,
        started_ms=(START + slot) * 1000 + phase,
        outcome=state,
        definition="",
        phases=Phases(total_ms=20),
        failure=failure,
    )


def _no_secret(reference: str) -> str:
    raise SecretMissing(reference)
