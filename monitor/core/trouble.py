"""What keeps a location from telling how its targets are: it is silent, blind, or its clock is off.

A trouble of a location, never downtime of what it probes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.contact import Contact
from monitor.core.exchange import WHOLE, Shard
from monitor.core.model import Seconds

SILENT_AFTER: Seconds = 180
"""Without a contact for longer than this, an agent is silent."""


class Trouble(StrEnum):
    SILENT = "silent"  # nothing is heard of it
    BLIND = "blind"  # it reaches none of its control targets: its own network is gone
    SKEWED = "skewed"  # its clock is too far off for its results to count


@dataclass(frozen=True, slots=True)
class Ailing:
    """A location, or one part of it, that does not report. `since`: when it was last heard of, for a silent one."""

    location: str
    trouble: Trouble
    since: Seconds
    part: Shard = WHOLE


def is_silent(seen_at: Seconds | None, listening: Seconds, now: Seconds) -> bool:
    """Whether nothing was heard for too long. `listening` is when somebody began to: before that nobody could."""
    heard = listening if seen_at is None else max(seen_at, listening)
    return now - heard > SILENT_AFTER


def ailing(
    location: str, contacts: Sequence[Contact], *, agent: bool, listening: Seconds, now: Seconds
) -> list[Ailing]:
    """What is the matter with a location, one entry for each of its parts that has a trouble.

    One that is silent is not asked for more. A location in the hub's own process is blind or nothing.
    """
    found = [_of_part(location, part, seen, agent, listening, now) for part, seen in _parts(contacts, agent=agent)]
    return [item for item in found if item is not None]


def _parts(contacts: Sequence[Contact], *, agent: bool) -> list[tuple[Shard, Contact | None]]:
    """The parts that the location's checks are divided into, as whoever spoke last has it; None: never heard of."""
    newest = max(contacts, key=lambda contact: contact.seen_at, default=None)
    if newest is None:
        return [(WHOLE, None)] if agent else []
    of = newest.part.of
    known = {contact.part.number: contact for contact in contacts if contact.part.of == of}
    return [(Shard(number, of), known.get(number)) for number in range(1, of + 1)]


def _of_part(
    location: str, part: Shard, seen: Contact | None, agent: bool, listening: Seconds, now: Seconds
) -> Ailing | None:
    seen_at = None if seen is None else seen.seen_at
    if is_silent(seen_at, listening if agent else 0, now):
        # What the hub said of itself before it stopped is no news.
        silent = Ailing(location, Trouble.SILENT, listening if seen_at is None else seen_at, part)
        return silent if agent else None
    if seen is None:
        return None
    if seen.blind_since is not None:
        return Ailing(location, Trouble.BLIND, seen.blind_since, part)
    if seen.skewed_since is not None:
        return Ailing(location, Trouble.SKEWED, seen.skewed_since, part)
    return None
