"""When the whole heap is looked through for garbage: while few probes are under way.

Python does it when many objects are new, which is just when many probes are under way: with 5,000 targets that do not
answer it takes 300 ms, in which nobody's probe starts.
"""

import ctypes
import gc
from collections.abc import Callable

_YOUNG, _MIDDLE, _NEVER = 700, 10, 1_000_000_000

FEW = 100
"""Probes under way beside which a full collection holds nobody up."""

OFTEN = 60.0
SELDOM = 600.0
"""Seconds between two full collections: at least, and at most where there are never few probes."""


def leave_alone() -> None:
    """Python collects what is young by itself and never looks through everything: that is `Collector`'s."""
    gc.set_threshold(_YOUNG, _MIDDLE, _NEVER)


def keep() -> None:
    """Looks through everything a last time: what is here now stays, and is not looked through again."""
    gc.collect()
    give_back()
    gc.freeze()


class Collector:
    """Full collections, of what is not kept."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._last = monotonic()

    def step(self, under_way: int) -> bool:
        """Collects where it is time, with so many probes under way; True when it did."""
        waited = self._monotonic() - self._last
        if waited < (OFTEN if under_way <= FEW else SELDOM):
            return False
        gc.collect()
        give_back()
        self._last = self._monotonic()
        return True


def give_back() -> None:
    """Hands memory that is free in C's heap back to the machine: reading settings and making pages leave holes."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
