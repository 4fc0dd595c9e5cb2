"""When a message that could not be delivered is tried again, and when it is given up."""

from monitor.core.model import Seconds, digest

FIRST: Seconds = 10
LONGEST: Seconds = 900
GIVE_UP_AFTER: Seconds = 86_400


def next_try(number: int, tries: int, created_at: Seconds, now: Seconds) -> Seconds | None:
    """When to try message `number` again after `tries` failures; None: never, it is a day old.

    Doubling waits up to 15 minutes, each lengthened by up to a quarter that the message's number decides, so
    that what failed together does not come back together.
    """
    if now - created_at >= GIVE_UP_AFTER:
        return None
    wait = min(FIRST * 2 ** min(tries, 12), LONGEST)
    return now + wait + int(digest([number, tries])[:4], 16) % (wait // 4 + 1)
