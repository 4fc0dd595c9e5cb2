"""When channels are told that the hub itself is in trouble: a function of what ails it, and of what they were told.

Nothing of it may need the database, which is what ails it most of the time. Whoever calls keeps `Standing` and sends
the letters; deciding again with the same `Standing` gives the same ones. The words are in `own_words`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from monitor.core.alert import Channel, Rule, Urgency
from monitor.core.alerting.dispatch import reminded_after
from monitor.core.alerting.holding import is_quiet
from monitor.core.alerting.runs import Event
from monitor.core.model import Seconds

USUAL_BOUND: Seconds = 60
"""What lasts no longer is a blip: a restart of the database, a backup that holds it."""

STEADY: Seconds = 30
"""It is over when nothing was wrong for so long; what comes back sooner is the same trouble."""

FOLLOWS_LONGER: Seconds = 600
"""So much longer a hub waits that did not lead: it cannot know whether the one that did still lives."""

FORGOTTEN_AFTER: Seconds = 900
"""What was wrong before nobody looked for so long, and was told to nobody, is another trouble."""

HANGING_AFTER: Seconds = 300
"""A beat that takes longer hangs; one that takes in a long outage's results may take minutes."""

_TIGHT = 80
"""Percent of its room that make a place for results nearly full."""


class OwnTrouble(StrEnum):
    """What can be wrong with a hub; the worst first."""

    DISK = "disk"  # the database cannot be written: its disk is full, read-only or broken
    DATABASE = "database"  # it does not answer
    SPOOL = "spool"  # little room is left for what waits, or none on the disk
    HANGING = "hanging"  # a beat does not come to its end
    FAILING = "failing"  # what is done again and again fails


_CAUSES = frozenset({OwnTrouble.DISK, OwnTrouble.DATABASE, OwnTrouble.HANGING})
"""While one of these is known, that parts of the work fail is no news."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where results wait: how many, what they take and what it holds, in bytes, or in results where it is memory."""

    count: int = 0
    used: int = 0
    most: int = 1

    @property
    def is_tight(self) -> bool:
        return self.used * 100 >= self.most * _TIGHT

    def lasts(self, began: "Place", length: Seconds) -> Seconds | None:
        """How long there is room at the rate at which it filled up from `began` on; None where it did not."""
        grown = self.used - began.used
        return max(self.most - self.used, 0) * length // grown if grown > 0 and length > 0 else None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a hub keeps until the database takes it. `dropped` were given up, ever."""

    spool: Place = Place()
    memory: Place = Place()
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Lasting:
    """One trouble, from when to when; None while it lasts."""

    trouble: OwnTrouble
    since: Seconds
    until: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What one channel was told of it."""

    channel: str
    troubles: tuple[OwnTrouble, ...]
    last_at: Seconds
    reminders: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What ails a hub, what was told of it, and what was kept when it began. Survives the process (`core.record`).

    `at`: when it was looked at last; `led`: whether this hub led when that was last known; `no` is the same for all
    that is told from the first firing to the last recovery.
    """

    at: Seconds = 0
    lasting: tuple[Lasting, ...] = ()
    heard: tuple[Heard, ...] = ()
    began: Kept = Kept()
    led: bool = False
    no: int = 0

    @property
    def since(self) -> Seconds:
        """When the first of it began. Raises ValueError when nothing is wrong."""
        return min(item.since for item in self.lasting)

    @property
    def until(self) -> Seconds | None:
        """When the last of it ended; None while any lasts."""
        ends = [item.until for item in self.lasting]
        return None if None in ends else max((end for end in ends if end is not None), default=None)


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """One message to one channel: all that is wrong, what is new of it first."""

    channel: str
    event: Event
    lasting: tuple[Lasting, ...]
    number: int = 0  # of a reminder

    @property
    def name(self) -> str:
        """What the letter is called among those of this hub."""
        match self.event:
            case Event.REMINDER:
                return f"{self.event}/{self.number}"
            case Event.WORSENED:
                return f"{self.event}/{self.lasting[0].trouble}"
            case _:
                return str(self.event)


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands from now on, and what is told of it."""

    standing: Standing
    letters: tuple[OwnLetter, ...] = field(default=())


def present(ailing: Collection[OwnTrouble], kept: Kept, before: Kept) -> frozenset[OwnTrouble]:
    """All that is wrong now, of what parts of the hub say and of how much waits; nothing twice under two names."""
    found = set(ailing)
    unwritable = kept.memory.count > 0 and OwnTrouble.DISK not in found  # where that one is known, it says so too
    if kept.spool.is_tight or kept.memory.is_tight or unwritable or kept.dropped > before.dropped:
        found.add(OwnTrouble.SPOOL)
    if found & _CAUSES:
        found.discard(OwnTrouble.FAILING)
    return frozenset(found)


def seen(standing: Standing, now_wrong: Collection[OwnTrouble], kept: Kept, now: Seconds) -> Standing:
    """What stands after a look at what is wrong now."""
    lasting = standing.lasting
    if not standing.heard and now - standing.at > FORGOTTEN_AFTER:
        lasting = ()
    known = {item.trouble: item for item in lasting}
    for trouble in now_wrong:
        before = known.get(trouble)
        again = before is not None and not _is_over(before, now)
        known[trouble] = replace(before, until=None) if before is not None and again else Lasting(trouble, now)
    ended = [replace(item, until=now) for item in known.values() if item.until is None]
    after = {item.trouble: item for item in ended if item.trouble not in now_wrong}
    found = sorted({**known, **after}.values(), key=lambda item: list(OwnTrouble).index(item.trouble))
    if not standing.heard:
        found = [item for item in found if not _is_over(item, now)]
    began = standing.began if lasting else kept
    return replace(standing, at=now, lasting=tuple(found), began=began)


def decide(standing: Standing, rules: Sequence[Rule], channels: Mapping[str, Channel], now: Seconds) -> Decided:
    """What each channel is told now. One that the settings do not name any more still hears of the end."""
    heard = {item.channel: item for item in standing.heard}
    letters: list[OwnLetter] = []
    for channel in [*heard, *(name for name in _named(rules) if name not in heard)]:
        wanted = [rule for rule in rules if channel in rule.channels]
        letter = _letter(standing, channel, heard.get(channel), wanted, now)
        if letter is None or _is_held(channels.get(channel), wanted, now):
            continue
        letters.append(letter)
        if letter.event is Event.RECOVERED:
            del heard[channel]
            continue
        told = heard.get(channel, Heard(channel, (), now))
        heard[channel] = Heard(channel, tuple(item.trouble for item in letter.lasting), now, told.reminders)
        if letter.event is Event.REMINDER:
            heard[channel] = replace(heard[channel], reminders=told.reminders + 1)
    no = standing.no if standing.heard or not letters else standing.since
    lasting = standing.lasting if heard else tuple(item for item in standing.lasting if not _is_over(item, now))
    return Decided(replace(standing, heard=tuple(heard.values()), lasting=lasting, no=no), tuple(letters))


def _letter(
    standing: Standing, channel: str, told: Heard | None, rules: Sequence[Rule], now: Seconds
) -> OwnLetter | None:
    if told is not None and all(_is_over(item, now) for item in standing.lasting):
        return OwnLetter(channel, Event.RECOVERED, standing.lasting)
    if not rules:
        return None
    bound = min(rule.over for rule in rules) + (0 if standing.led else FOLLOWS_LONGER)
    going_on = [item for item in standing.lasting if not _is_over(item, now)]
    if all(item.until is not None for item in going_on):
        return None  # it may be over
    long = [item for item in going_on if item.until is None and now - item.since > bound]
    if told is None:
        # What is not wrong for so long yet goes with it: it is one message about all.
        return OwnLetter(channel, Event.FIRED, (*long, *_others(going_on, long))) if long else None
    new = [item for item in long if item.trouble not in told.troubles]
    if new:
        return OwnLetter(channel, Event.WORSENED, (*new, *_others(going_on, new)))
    waits = [rule.remind for rule in rules if rule.remind is not None]
    if waits and standing.led and now - told.last_at >= reminded_after(min(waits), told.reminders):
        return OwnLetter(channel, Event.REMINDER, tuple(going_on), told.reminders + 1)
    return None


def _others(items: Iterable[Lasting], first: Collection[Lasting]) -> tuple[Lasting, ...]:
    return tuple(item for item in items if item not in first)


def _named(rules: Iterable[Rule]) -> list[str]:
    return list(dict.fromkeys(name for rule in rules for name in rule.channels))


def _is_held(channel: Channel | None, rules: Sequence[Rule], now: Seconds) -> bool:
    """Whether quiet hours hold it: only what every rule calls a ticket."""
    if channel is None or channel.quiet is None or not rules:
        return False
    return all(rule.usual_urgency is Urgency.TICKET for rule in rules) and is_quiet(channel.quiet, now)


def _is_over(item: Lasting, now: Seconds) -> bool:
    return item.until is not None and now - item.until >= STEADY
