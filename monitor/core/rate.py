"""How often somebody may ask: a token bucket, kept as the one moment at which it is full again. Pure, no clock."""

from dataclasses import dataclass

from monitor.core.model import Milliseconds


@dataclass(frozen=True, slots=True)
class Rate:
    """One more every `interval_ms`, at most `burst` at once."""

    burst: int
    interval_ms: Milliseconds

    def __post_init__(self) -> None:
        if self.burst < 1 or self.interval_ms < 1:
            raise ValueError("a rate lets at least one through, and not all at once")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one try: when the bucket is full again, and how long to wait (0: it went through)."""

    full_at: Milliseconds
    wait_ms: Milliseconds

    @property
    def allowed(self) -> bool:
        return self.wait_ms == 0


def take(rate: Rate, full_at: Milliseconds, now: Milliseconds) -> Taken:
    """Takes one. A try that is refused costs nothing: whoever waits as long as told is let through."""
    after = max(full_at, now) + rate.interval_ms
    wait = after - now - rate.burst * rate.interval_ms
    return Taken(full_at, wait) if wait > 0 else Taken(after, 0)
