"""When results are old enough to be sealed, and when sealed days may go. Days are numbered since the epoch, in UTC."""

from collections.abc import Iterable

from monitor.core.archive import DAY
from monitor.core.model import Seconds

SEALED_AFTER: Seconds = 48 * 3600
"""How long after a day's end its results lie open: late ones are cheaper to take in before."""


def sealable(open_from: int, now: Seconds, watermarks: Iterable[Seconds]) -> int | None:
    """The day to seal next, the oldest that lies open; None while it is too young, or not settled everywhere.

    `open_from` is the first day that is not sealed yet; `watermarks` are those of all components in service.
    """
    end = (open_from + 1) * DAY
    if now < end + SEALED_AFTER or any(mark < end for mark in watermarks):
        return None
    return open_from


def expired(now: Seconds, retention: Seconds) -> int:
    """The first day that is still to be kept: those before it have ended longer ago than the retention."""
    return (now - retention) // DAY
