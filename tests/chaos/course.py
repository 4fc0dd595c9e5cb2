"""Which course of events is taken, and for how long."""

import os
from random import Random, SystemRandom

SEED = int(os.environ.get("JANJI_CHAOS_SEED") or (1 if os.environ.get("CI") else SystemRandom().randrange(10**6)))
LONG = float(os.environ.get("JANJI_CHAOS_SECONDS") or 20)


def course() -> Random:
    """A chance to draw everything from; its seed is printed."""
    print(f"seed {SEED}")
    return Random(SEED)  # noqa: S311 - a course of events, no secret
