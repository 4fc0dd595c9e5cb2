"""Which owed messages may be tried now, when a failed one is tried again, and when it is given up."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from monitor.core.model import Seconds, digest

FIRST: Seconds = 10
LONGEST: Seconds = 900
GIVE_UP_AFTER: Seconds = 86_400
FALL_BACK_AFTER: Seconds = 300
PERMANENT_TRIES = 3
"""An answer that says never may come of a proxy that is being changed: two more tries cost little."""

INSTEAD = "/instead-of/"

LEASE: Seconds = 90
"""How long a hub keeps a message to itself while it tries it; no try takes half as long."""

AT_ONCE_EACH = 2
AT_ONCE = 16


class Audience(StrEnum):
    """Who a message is for: the alert channels of the settings, or whoever subscribed to the page."""

    CHANNELS = "channels"
    SUBSCRIBERS = "subscribers"


class Waiting(Protocol):
    """A message that is owed to one URL of one channel."""

    @property
    def no(self) -> int: ...
    @property
    def event(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def next_try(self) -> Seconds: ...
    @property
    def about(self) -> Collection[int]: ...


W = TypeVar("W", bound=Waiting)


def startable(waiting: Sequence[W], now: Seconds, under_way: Mapping[int, str]) -> list[W]:
    """What to try now of all that is owed (oldest first), given the targets of the tries under way.

    At most two tries at once for one target and sixteen in all: one that hangs never holds up another. A message
    waits for the one before it about the same episode, so that nobody hears of the recovery first.
    """
    found: list[W] = []
    busy = Counter(under_way.values())
    told: set[tuple[str, str, str | int]] = set()
    for item in waiting:
        threads = {(item.channel, item.target, thread) for thread in item.about or (item.event.split("/")[0],)}
        first = told.isdisjoint(threads)
        told |= threads
        if not first or item.no in under_way or item.next_try > now:
            continue
        if busy[item.target] < AT_ONCE_EACH and busy.total() < AT_ONCE:
            busy[item.target] += 1
            found.append(item)
    return found


def next_try(
    number: int, tries: int, created_at: Seconds, now: Seconds, *, permanent: bool = False, at_once: bool = False
) -> Seconds | None:
    """When to try message `number` again after `tries` failures and one more; None: never.

    Doubling waits up to 15 minutes, each lengthened by up to a quarter that the message's number decides, so
    that what failed together does not come back together. What will fail for ever as it looks has three tries,
    what an answer says in so many words is over `at_once`, everything else has a day.
    """
    if at_once or now - created_at >= GIVE_UP_AFTER or (permanent and tries + 1 >= PERMANENT_TRIES):
        return None
    wait = min(FIRST << min(tries, 12), LONGEST)
    return now + wait + int(digest([number, tries])[:4], 16) % (wait // 4 + 1)


def falls_back(event: str, created_at: Seconds, now: Seconds, *, given_up: bool) -> bool:
    """Whether another channel is to be told instead: when a message is given up, or five minutes were in vain.

    One that stands in for another already does not.
    """
    return INSTEAD not in event and (given_up or now - created_at >= FALL_BACK_AFTER)


def instead(event: str, channel: str) -> str:
    """The name of the message that stands in for one to a channel."""
    return f"{event}{INSTEAD}{channel}"
