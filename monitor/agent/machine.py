"""How this machine's clock stands against the time since it was started, which nobody can set."""

import time
from functools import cache
from pathlib import Path

from monitor.core.model import Milliseconds
from monitor.core.stand import Stand

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def running_ms() -> Milliseconds:
    """Milliseconds since this machine was started, sleep included where the system tells."""
    return time.clock_gettime_ns(_CLOCK) // 1_000_000


def stand() -> Stand:
    """How the clock stands now."""
    return Stand(_boot(), int(time.time() * 1000) - running_ms())


@cache
def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip().replace("-", "")[:12]
    except OSError:
        return "here"
