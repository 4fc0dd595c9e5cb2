"""When a subscription ends by itself: its address bounces for good. Pure.

Only what an answer says of the address itself counts. A server that refuses us (a login, our own address on a list,
relaying denied) says nothing of it, and one that refuses everybody does not know what it says.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.model import Seconds

MESSAGES = 3
OVER: Seconds = 3 * 86_400
"""So many messages have bounced, and the first so long before the last: a mailbox that is moved, a proxy that is being
changed are back by then."""

_STATUS = re.compile(r"(?<![\d.])5\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_OF_THE_ADDRESS = frozenset({(1, 1), (1, 2), (1, 3), (1, 6), (1, 10)})
"""No such mailbox, no such domain, no address at all, moved without a new one, a domain without mail. What 5.1.7 and
5.1.8 refuse is the sender's address."""


class Bounce(StrEnum):
    """What an answer says of the address that a message went to."""

    GONE = "gone"  # for good, in so many words
    ABSENT = "absent"  # it is not there now


@dataclass(frozen=True, slots=True)
class Bounced:
    """The messages to one subscriber that bounced since the last that was taken, and when the first of them did."""

    messages: int = 0
    since: Seconds | None = None


def of_recipient(code: int, answer: str) -> Bounce | None:
    """Of an SMTP server's answer to RCPT. Its bare code is not enough: 550 also says that we may not send through it.

    Source: RFC 3463, 3.2; RFC 7505 for a domain without mail.
    """
    found = _STATUS.search(answer)
    if not 500 <= code < 600 or found is None:
        return None
    return Bounce.ABSENT if (int(found[1]), int(found[2])) in _OF_THE_ADDRESS else None


def status_of(answer: str) -> str:
    """`5.1.1`, or "" where an SMTP server's answer holds no enhanced status of failure."""
    found = _STATUS.search(answer)
    return "" if found is None else found[0]


def of_webhook(status: int) -> Bounce | None:
    """Of a webhook's answer: 410 says that it will not come back, 404 that it is not there."""
    return {410: Bounce.GONE, 404: Bounce.ABSENT}.get(status)


def after(bounced: Bounced, now: Seconds) -> Bounced:
    """With one more message."""
    return Bounced(bounced.messages + 1, now if bounced.since is None else bounced.since)


def ends(bounced: Bounced, bounce: Bounce, now: Seconds) -> bool:
    """Whether the subscription is over, the last of its messages having bounced so."""
    if bounce is Bounce.GONE:
        return True
    return bounced.since is not None and bounced.messages >= MESSAGES and now - bounced.since >= OVER
