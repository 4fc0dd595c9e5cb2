"""Which messages are owed now: what breaks together is one message, what is held back is told later.

A function of the episodes, of what each channel was told of them, and of the world at `now`. Whoever calls writes
the letters and what was told in one transaction; deciding again after a crash gives the same letters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.core.alert import Rule
from monitor.core.alerting.episode import Episode, Told
from monitor.core.alerting.holding import UNTOLD, Hold, World, down_of, held, holds, kind_of
from monitor.core.alerting.runs import Event
from monitor.core.model import Seconds
from monitor.core.rate import Rate, take

_REMINDED_AT_LEAST: Seconds = 6 * 3600


def reminded_after(first: Seconds, reminders: int) -> Seconds:
    """How long after the last message the next reminder comes, after so many: `first`, doubled with each up to six
    hours, or to `first` where that is longer."""
    return min(first << min(reminders, 16), max(first, _REMINDED_AT_LEAST))


@dataclass(frozen=True, slots=True)
class Item:
    """One episode in a letter: what is told of it, what held it back until now, which children it holds back.

    `over`: it was held back so long that it is over, and the letter tells that too.
    """

    episode: Episode
    event: Event
    held: str = ""
    over: bool = False
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one channel about one or more episodes."""

    channel: str
    items: tuple[Item, ...]

    @property
    def event(self) -> Event:
        """That of its first item: a letter tells of troubles, or of recoveries, or reminds."""
        return self.items[0].event

    @property
    def name(self) -> str:
        """Its name in the outbox. An episode is told of once for each event, so no two letters share one."""
        first = self.items[0]
        episode, told = first.episode, first.episode.told
        match first.event:
            case Event.WORSENED:
                return f"{episode.no}/{first.event}/{episode.level}"
            case Event.REMINDER:
                return f"{episode.no}/{first.event}/{told[self.channel].reminders + 1}"
            case _:
                return f"{episode.no}/{first.event}"


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is owed, what of it changes in what channels were told, and the episodes of which all is told."""

    letters: tuple[Letter, ...] = ()
    told: Mapping[tuple[int, str], Told] = field(default_factory=dict)
    settled: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.letters or self.told or self.settled)


def decide(episodes: Sequence[Episode], world: World, now: Seconds) -> Decisions:
    """What every channel is told now. `episodes` are all of which something may be told, and causes just over."""
    work = _Work(episodes, world, now)
    rules = {rule.key: rule for rule in world.plan.rules}
    for episode in episodes:
        rule = rules.get(episode.rule)
        for channel in episode.channels_by(rule, now):
            work.look(episode, channel, rule)
    return work.decisions()


def wanted(episode: Episode, told: Told, channel: str, rule: Rule | None, now: Seconds) -> Event | None:
    """What a channel has still to be told of an episode; None for nothing now."""
    if not told.open:
        return None
    if told.fired_at is None:
        return Event.FIRED if channel in episode.channels else Event.ESCALATED
    if episode.over:
        return Event.RECOVERED
    if episode.level > told.level:
        return Event.WORSENED
    if episode.flapping and not told.flapping:
        return Event.FLAPPING
    if rule is None or rule.remind is None or episode.acked_at is not None or told.last_at is None:
        return None
    return Event.REMINDER if now - told.last_at >= reminded_after(rule.remind, told.reminders) else None


class _Work:
    """One look at everything; holds what was found until the letters are made of it."""

    def __init__(self, episodes: Sequence[Episode], world: World, now: Seconds) -> None:
        self._episodes = episodes
        self._world = world
        self._now = now
        self._known = {episode.no: episode for episode in episodes}
        self._down = down_of(episodes)
        self._told: dict[tuple[int, str], Told] = {}
        self._ready: dict[tuple[str, str], list[Item]] = defaultdict(list)

    def look(self, episode: Episode, channel: str, rule: Rule | None) -> None:
        """Sorts what one channel is to be told of one episode: ready, held back, or never to be told."""
        told = episode.told.get(channel, Told())
        event = wanted(episode, told, channel, rule, self._now)
        if event is None:
            return
        why = holds(episode, channel, event, self._down, self._world, self._now)
        if episode.over and told.fired_at is None:
            last = kind_of(why) or kind_of(told.held)
            if event is Event.ESCALATED or last in UNTOLD:
                self._note(episode, channel, replace(told, held=why or told.held, closed_at=self._now))
                return
        if why:
            self._note(episode, channel, replace(told, held=why))
            return
        late = kind_of(told.held)
        item = Item(episode, event, told.held if late not in (None, Hold.WAIT) else "", children=())
        if episode.over and event is Event.FIRED and item.held:
            item = replace(item, over=True)
        self._ready[channel, _kind(event)].append(item)

    def decisions(self) -> Decisions:
        letters: list[Letter] = []
        for (channel, _), items in self._ready.items():
            if not self._is_time(channel, items):
                self._hold(channel, items, Hold.WAIT)
            elif not self._fits(channel, letters):
                self._hold(channel, items, Hold.RATE)
            else:
                letters += self._write(channel, items)
        finished = [item.no for item in self._episodes if item.over and self._is_told(item)]
        changed = {key: told for key, told in self._told.items() if self._before(key) != told}
        return Decisions(tuple(letters), changed, tuple(finished))

    def _write(self, channel: str, items: Sequence[Item]) -> list[Letter]:
        found = [Letter(channel, tuple(replace(item, children=self._children(item, channel)) for item in items))]
        for item in items:
            told = item.episode.told.get(channel, Told())
            reminders = told.reminders + (item.event is Event.REMINDER)
            told = replace(told, held="", last_at=self._now, reminders=reminders)
            told = replace(told, level=item.episode.level, flapping=item.episode.flapping)
            if told.fired_at is None:
                told = replace(told, fired_at=self._now)
            if item.event is Event.RECOVERED or item.over:
                told = replace(told, recovered_at=self._now)
            self._note(item.episode, channel, told)
        # What fired and recovered before anybody could be told is told of twice, like anything else.
        both = [item.episode for item in items if item.event is Event.FIRED and item.episode.over and not item.over]
        if both:
            found.append(Letter(channel, tuple(Item(episode, Event.RECOVERED) for episode in both)))
            for episode in both:
                self._note(episode, channel, replace(self._told[episode.no, channel], recovered_at=self._now))
        return found

    def _is_time(self, channel: str, items: Sequence[Item]) -> bool:
        """Whether what broke together is collected: within the wait, and after a letter of its kind within a slot."""
        return any(self._now >= self._moment(channel, item) for item in items)

    def _moment(self, channel: str, item: Item) -> Seconds:
        episode, plan = item.episode, self._world.plan
        if (
            item.held
            or item.event not in (Event.FIRED, Event.RECOVERED)
            or (episode.over and item.event is Event.FIRED)
        ):
            return self._now
        since = episode.fired_at if item.event is Event.FIRED else episode.ended_at or self._now
        every = plan.every(episode.component)
        alike = [at for at, event in self._world.recent.get(channel, ()) if event is item.event]
        soonest = since + min(plan.wait, every)
        if not plan.wait or not alike:
            return soonest
        return max(soonest, min(max(alike), since) + every)

    def _fits(self, channel: str, letters: Sequence[Letter]) -> bool:
        rate = self._world.plan.channels[channel].rate if channel in self._world.plan.channels else None
        if rate is None:
            return True
        sent = [at for at, _ in self._world.recent.get(channel, ())]
        sent += [self._now for letter in letters if letter.channel == channel]
        return fits(rate, sent, self._now)

    def _hold(self, channel: str, items: Sequence[Item], hold: Hold) -> None:
        for item in items:
            told = item.episode.told.get(channel, Told())
            if hold is not Hold.WAIT or not told.held:
                self._note(item.episode, channel, replace(told, held=held(hold)))

    def _children(self, item: Item, channel: str) -> tuple[str, ...]:
        """The components whose own troubles wait for this one to be over."""
        if item.event is Event.RECOVERED:
            return ()
        mark, names = held(Hold.CAUSE, item.episode.subject), []
        for episode in self._episodes:
            told = self._told.get((episode.no, channel)) or episode.told.get(channel)
            if told is not None and told.held == mark:
                names.append(episode.subject)
        return tuple(sorted(set(names)))

    def _note(self, episode: Episode, channel: str, told: Told) -> None:
        self._told[episode.no, channel] = told

    def _before(self, key: tuple[int, str]) -> Told | None:
        number, channel = key
        return self._known[number].told.get(channel)

    def _is_told(self, episode: Episode) -> bool:
        rule = self._world.plan.rule(episode.rule)
        known = (
            self._told.get((episode.no, channel)) or episode.told.get(channel, Told())
            for channel in episode.channels_by(rule, self._now)
        )
        return all(not told.open for told in known)


def fits(rate: Rate, sent: Sequence[Seconds], now: Seconds) -> bool:
    """Whether one more message may go, after those that went."""
    full_at = 0
    for at in sorted(sent):
        full_at = take(rate, full_at, at * 1000).full_at
    return take(rate, full_at, now * 1000).allowed


def _kind(event: Event) -> str:
    return event if event in (Event.RECOVERED, Event.REMINDER) else Event.FIRED
