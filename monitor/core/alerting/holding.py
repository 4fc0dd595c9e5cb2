"""Why a channel is not told of something for now: silences, maintenance, a known cause, quiet hours.

What is held back is kept, and told when what holds it is gone; accounting is never touched by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from monitor.core.alert import On, Plan, Quiet, Urgency
from monitor.core.alerting.episode import Episode, Silence
from monitor.core.alerting.runs import Event
from monitor.core.model import Seconds
from monitor.core.schedule import slot_of

GRACE: Seconds = 15
"""How long after its slot a result may still come: a child of a cause that is over gets a slot and this."""


class Hold(StrEnum):
    """What holds a message back. Of the first three it is not told at all if it is over meanwhile."""

    SILENCE = "silence"
    MAINTENANCE = "maintenance"
    CAUSE = "cause"
    QUIET = "quiet"
    RATE = "rate"
    WAIT = "wait"


UNTOLD = (Hold.SILENCE, Hold.MAINTENANCE, Hold.CAUSE)
_AFTER_WORK = frozenset({On.DOWN, On.DEGRADED, On.UNKNOWN, On.UPTIME, On.BURN, On.GAP, On.CREDENTIALS})
"""What planned work may bring about."""


@dataclass(frozen=True, slots=True)
class World:
    """What decides about messages beside the episodes, at one moment.

    `maintenance` names the components in an announced window; `watermarks` says how far each is judged; `down` which
    of those that others depend on are down, whether a rule fired yet or not; `recent` when each channel was last
    written to, and of what.
    """

    plan: Plan
    silences: Sequence[Silence] = ()
    maintenance: Mapping[str, Seconds] = field(default_factory=dict)
    watermarks: Mapping[str, Seconds] = field(default_factory=dict)
    recent: Mapping[str, Sequence[tuple[Seconds, Event]]] = field(default_factory=dict)
    down: frozenset[str] = frozenset()


Down: TypeAlias = Mapping[str, Sequence[Episode]]
"""By component: the firings of rules on `down`, those that are just over among them."""


def down_of(episodes: Iterable[Episode]) -> Down:
    """Those that can be the cause of others."""
    found: dict[str, list[Episode]] = {}
    for episode in episodes:
        if episode.on is On.DOWN:
            found.setdefault(episode.subject, []).append(episode)
    return found


def held(hold: Hold, detail: object = "") -> str:
    """How it is kept: the kind and, after a colon, which."""
    return f"{hold}:{detail}"


def kind_of(text: str) -> Hold | None:
    """The kind in a kept text; None for an empty one."""
    return Hold(text.partition(":")[0]) if text else None


def holds(episode: Episode, channel: str, event: Event, down: Down, world: World, now: Seconds) -> str:
    """What holds this back now; empty when nothing does. A recovery waits for quiet hours alone."""
    plan = world.plan
    if event is not Event.RECOVERED:
        silence = next((item for item in world.silences if item.covers(episode.component, now)), None)
        if silence is not None:
            return held(Hold.SILENCE, silence.no)
        if episode.on in _AFTER_WORK and episode.component in world.maintenance:
            return held(Hold.MAINTENANCE, world.maintenance[episode.component])
        cause = _cause(episode, channel, down, world, now)
        if cause:
            return held(Hold.CAUSE, cause)
        if event is Event.FIRED and _awaits_causes(episode, world, now):
            return held(Hold.WAIT)
    quiet = plan.channels[channel].quiet if channel in plan.channels else None
    if quiet is not None and episode.urgency is Urgency.TICKET and is_quiet(quiet, now):
        return held(Hold.QUIET)
    return ""


def is_quiet(quiet: Quiet, now: Seconds) -> bool:
    """Whether the wall clock of its zone stands between its two times; over midnight where they are turned round."""
    clock = datetime.fromtimestamp(now, quiet.zone).time()
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def _cause(episode: Episode, channel: str, down: Down, world: World, now: Seconds) -> str:
    """The component that this follows from: one that it depends on is down, and the same people hear of that.

    A cause that is over holds for one more slot: so long its children need to be seen well.
    """
    if episode.on.state is None or not world.plan.causes(episode.subject):
        return ""
    plan, rest = world.plan, world.plan.every(episode.subject) + GRACE
    # The root first: it is the one that people are told of, with all that hangs on it.
    known = sorted(
        plan.causes(episode.subject) & down.keys(), key=lambda item: (bool(plan.causes(item) & down.keys()), item)
    )
    for cause in known:
        for other in down[cause]:
            base = channel not in episode.channels and {*other.channels} & {*episode.channels}
            if (channel in other.channels or base) and (other.ended_at is None or now < other.ended_at + rest):
                return cause
    return next(iter(sorted(plan.causes(episode.subject) & world.down & _told_of(plan, channel))), "")


def _told_of(plan: Plan, channel: str) -> set[str]:
    """The components whose being down the channel will hear of."""
    rules = [rule for rule in plan.rules if rule.on is On.DOWN and channel in rule.channels]
    return {subject for subject in plan.subjects for rule in rules if rule.covers(subject)}


def _awaits_causes(episode: Episode, world: World, now: Seconds) -> bool:
    """Whether something that it depends on has not been looked at since it broke; that takes one slot at most."""
    if episode.on.state is None or episode.over or now >= episode.fired_at + world.plan.every(episode.subject):
        return False
    for cause in world.plan.causes(episode.subject):
        every, mark = world.plan.every(cause), world.watermarks.get(cause)
        if mark is not None and mark < slot_of(episode.start, every) + 2 * every:
            return True
    return False
