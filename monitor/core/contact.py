"""What an agent's contacts tell: how far it lags, since when its clock is off, which of its results can be believed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from monitor.core.backlog import NOTHING_LOST, Loss
from monitor.core.exchange import WHOLE, Shard, most_skew_ms
from monitor.core.model import Failure, FailureKind, Milliseconds, Result, Seconds, State
from monitor.core.stand import off_by
from monitor.core.timeline import Terms

WRITTEN_EVERY: Seconds = 5
"""Contacts come each second; what is kept of them may be this old."""

OLDEST: Seconds = 366 * 86_400
"""A result of a slot longer ago than this is none that an agent kept."""

FURTHEST_AHEAD: Seconds = 86_400
"""A clock may be wrong by a day: what was seen is kept, untrusted. Beyond that it is nonsense."""

_LONGEST_SLOT_MS: Milliseconds = 3_600_000
_MOST_ATTEMPTS = 100
_USUAL_SLOT: Seconds = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an agent said of itself when it last pushed: how far its clock is ahead, and what it still holds."""

    skew_ms: Milliseconds
    backlog: int
    dropped: int  # ever given up
    oldest: Seconds | None  # the oldest slot that waits


@dataclass(frozen=True, slots=True)
class Contact:
    """When one of a location's agents was last heard of. `waiting` None: it asked for its checks, but never pushed.

    `part` is the part of the location's checks that it probes. What the hub says of a location in its own process
    is kept the same way, with protocol 0.
    """

    location: str
    seen_at: Seconds
    protocol: int
    version: str
    waiting: Waiting | None = None
    part: Shard = WHOLE
    blind_since: Seconds | None = None  # none of its control targets answers it
    skewed_since: Seconds | None = None  # its clock is too far off
    dropped_since: Seconds | None = None  # when it first said that it had given up results
    dropped_last: Seconds | None = None  # when it last said that it had given up more

    @property
    def lost(self) -> Loss:
        """What it gave up, as far as it said."""
        if self.waiting is None:
            return NOTHING_LOST
        return Loss(self.waiting.dropped, self.dropped_since, self.dropped_last)


def following(before: Contact | None, heard: Contact, shortest: Seconds) -> Contact:
    """What is known after a contact: one without `waiting` leaves what was said before.

    `shortest` is the shortest slot that the location probes in: what its clock has to be good for.
    """
    if heard.waiting is None:
        if before is None:
            return heard
        return replace(before, seen_at=heard.seen_at, protocol=heard.protocol, version=heard.version, part=heard.part)
    off = abs(heard.waiting.skew_ms) > most_skew_ms(shortest)
    since = before.skewed_since if before is not None and before.skewed_since is not None else heard.seen_at
    lost = (NOTHING_LOST if before is None else before.lost).counted(heard.waiting.dropped, heard.seen_at)
    return replace(heard, skewed_since=since if off else None, dropped_since=lost.since, dropped_last=lost.last)


def lag(contact: Contact) -> Seconds:
    """How long the oldest result had waited when the agent was last heard of; 0 when none does."""
    if contact.waiting is None or contact.waiting.oldest is None:
        return 0
    return max(0, contact.seen_at - contact.waiting.oldest)


def is_worth_writing(before: Contact | None, heard: Contact) -> bool:
    """Whether a contact is to be kept; a clock that was set back does not stop it."""
    if before is None or not 0 <= heard.seen_at - before.seen_at < WRITTEN_EVERY:
        return True
    return heard.waiting is not None and heard.blind_since != before.blind_since


def every_at(versions: Iterable[Terms], slot: Seconds) -> Seconds:
    """The length of a check's slots at an instant; the usual one where no terms were in force."""
    return next((terms.every for terms in versions if terms.covers(slot)), _USUAL_SLOT)


def believed(result: Result, skew_ms: Milliseconds, every: Seconds) -> Result:
    """The result as it counts: one from a clock too far off is kept and does not report.

    Its slot may be another than the one in which it was seen.
    """
    if abs(skew_ms) <= most_skew_ms(every):
        return result
    saw = [str(result.outcome)]
    if result.failure is not None:
        saw += [str(result.failure.kind), result.failure.detail]
    detail = f"{off_by(skew_ms)} seen: {', '.join(part for part in saw if part)}"
    return replace(
        result,
        outcome=State.UNKNOWN,
        failure=Failure(FailureKind.CLOCK_JUMP, detail),
        certificate_expires=None,
    )


def nonsense(result: Result, now: Seconds) -> str | None:
    """Why nobody can have seen this; None for what may be true."""
    if not now - OLDEST <= result.slot <= now + FURTHEST_AHEAD:
        return "its slot is too long ago, or a day ahead"
    if not 0 <= result.started_ms - result.slot * 1000 < _LONGEST_SLOT_MS:
        return "it did not start in its slot"
    phases = result.phases
    lengths = [
        phases.dns_ms,
        phases.connect_ms,
        phases.tls_ms,
        phases.first_byte_ms,
        phases.total_ms,
        result.first_failure_ms,
    ]
    if any(length is not None and not 0 <= length < _LONGEST_SLOT_MS for length in lengths):
        return "a time in it is negative, or longer than any slot"
    if not 1 <= result.attempts <= _MOST_ATTEMPTS:
        return "nobody makes so many attempts"
    expires = result.certificate_expires
    if expires is not None and not 0 <= expires < 2**48:
        return "no certificate expires then"
    return None
