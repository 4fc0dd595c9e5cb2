"""A year of history out of one seed: what was seen, announced, requested and decided, and when each became known.

Plain facts only; nothing here computes a figure. Pieces lie on slots, maintenance and requests on any second.
"""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

DEGRADED, UNKNOWN, DOWN = "degraded", "unknown", "down"
WEEK, DAY, HOUR = 604_800, 86_400, 3600
BERLIN, NEW_YORK, JAKARTA = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Jakarta"))
ZONES = (BERLIN, NEW_YORK, JAKARTA)


def at(zone: ZoneInfo, *wall: int) -> int:
    """The instant of a wall time in 2026: month, day, hour, minute."""
    return int(datetime(2026, *wall, tzinfo=zone).timestamp())


START, NOW = at(BERLIN, 1, 1), at(BERLIN, 12, 20, 12)
JUDGED_FROM = at(BERLIN, 12, 14)
"""From here on the timeline is judged from single results; before that it is written as spans."""
FIRST_WAVE, SECOND_WAVE = at(BERLIN, 11, 12, 9), at(BERLIN, 12, 1, 9)
"""When late facts about closed months came in."""

EVERY = {"api": 60, "web": 300, "database": 60, "mail": 600}
IN_SERVICE = {
    "api": (START, None),
    "web": (START, None),
    "database": (at(BERLIN, 3, 10), None),
    "mail": (START, at(BERLIN, 10, 16)),
}
DARK = (at(BERLIN, 8, 1), at(BERLIN, 9, 1))
"""Nothing of `web` was measured in this month of its own zone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a component was in a stretch of time; later pieces cover earlier ones. `known_at` 0: as it happened."""

    component: str
    start: int
    end: int
    state: str
    known_at: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was published about a maintenance; None: as it was."""

    maintenance: str
    at: int
    action: str
    start: int | None = None
    end: int | None = None
    components: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An exclusion or (`kind` measurement_error) a correction; `approved` None: nobody has decided yet."""

    kind: str
    component: str
    start: int
    end: int
    asked_at: int
    approved: bool | None
    decided_at: int | None


@dataclass
class History:
    """Everything that happened."""

    seed: int
    pieces: list[Piece] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def generate(seed: int) -> History:
    """The year of a seed."""
    history, chance = History(seed), Random(seed)  # noqa: S311 - a year to test with
    for component in EVERY:
        _trouble(history, component, chance)
        _borders(history, component, chance)
        _bridges(history, component, chance)
    _maintenance(history, chance)
    history.pieces.append(Piece("web", *DARK, UNKNOWN))
    _requests(history, chance)
    _late(history, chance)
    return history


def _piece(history: History, component: str, start: int, length: int, state: str, known_at: int = 0) -> None:
    """On the component's slots, at least one of them, inside what was seen of it."""
    every, (since, until) = EVERY[component], IN_SERVICE[component]
    first = max(since, start // every * every)
    last = min(until or NOW, NOW, first + max(1, length // every) * every)
    if first < last:
        history.pieces.append(Piece(component, first, last, state, known_at))


def _trouble(history: History, component: str, chance: Random) -> None:
    """Outages, slow hours and gaps anywhere; some months are calm, some are bad."""
    for month in range(1, 13):
        first, bad = at(BERLIN, month, 1), chance.choice([0, 0, 0, 1, 3, 6])
        for _ in range(bad):
            _piece(history, component, first + chance.randrange(30 * DAY), chance.choice([300, 900, 2 * HOUR]), DOWN)
        for _ in range(chance.randrange(3)):
            _piece(history, component, first + chance.randrange(30 * DAY), chance.randrange(60, 5 * HOUR), DEGRADED)
        for _ in range(chance.randrange(3)):
            _piece(history, component, first + chance.randrange(30 * DAY), chance.randrange(60, 9 * HOUR), UNKNOWN)
    for _ in range(12):
        _piece(history, component, chance.randrange(START, NOW), EVERY[component], DOWN)


def _borders(history: History, component: str, chance: Random) -> None:
    """Across the months' borders, the clock changes and some midnights of every zone."""
    instants = [at(zone, month, 1) for zone in ZONES for month in range(2, 13)]
    instants += [at(BERLIN, 3, 29, 3), at(BERLIN, 10, 25, 2), at(NEW_YORK, 3, 8, 3), at(NEW_YORK, 11, 1, 1)]
    instants += [at(chance.choice(ZONES), chance.randrange(1, 13), chance.randrange(1, 20)) for _ in range(10)]
    for instant in instants:
        if chance.random() < 0.3:
            before, after = chance.randrange(60, 1200), chance.randrange(60, 1200)
            _piece(history, component, instant - before, before + after, chance.choice([DOWN, DOWN, DEGRADED, UNKNOWN]))


def _bridges(history: History, component: str, chance: Random) -> None:
    """Gaps between two outages, around the ten minutes that are bridged."""
    every = EVERY[component]
    for _ in range(8):
        start, gap = chance.randrange(START, NOW), chance.choice([600, 600, every, 600 + every])
        _piece(history, component, start, 2 * every + gap, DOWN)
        _piece(history, component, start + every, gap, UNKNOWN)


def _maintenance(history: History, chance: Random) -> None:
    for number, month in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] * 2):
        name = f"m-{month}-{number}"
        start = at(JAKARTA, month, chance.randrange(2, 27), chance.randrange(24)) + chance.randrange(HOUR)
        end, who = start + chance.randrange(HOUR // 2, 3 * HOUR), tuple(chance.sample(["api", "web", "database"], 2))
        ahead = chance.choice([WEEK, WEEK, WEEK - 1, 2 * WEEK, 2 * WEEK - 1, 31 * DAY, 10 * DAY, DAY])
        announced = start - ahead
        if announced <= START:
            continue
        steps = [Step(name, announced, "announce", start, end, who)]
        steps += _changes(name, chance.randrange(12), start, end, who, chance)
        history.steps += [step for step in steps if step.at <= NOW]
        for component in who:
            state = chance.choice([DOWN, DOWN, DEGRADED, UNKNOWN])
            _piece(history, component, start - chance.choice([0, 900]), end - start + chance.choice([0, 1800]), state)
    # Straddling a border of months, with one that overlaps it, and one that is still to come.
    border = at(BERLIN, 6, 1)
    for name, start, end in [("m-border", border - HOUR, border + HOUR), ("m-over", border - 1800, border + 2 * HOUR)]:
        history.steps.append(Step(name, border - 9 * DAY, "announce", start, end, ("api", "database")))
        _piece(history, "api", start, 3 * HOUR, DOWN)
    coming = at(BERLIN, 12, 28, 1)
    history.steps.append(Step("m-coming", coming - 20 * DAY, "announce", coming, coming + 7000, ("api", "web")))


def _changes(name: str, case: int, start: int, end: int, who: tuple[str, ...], chance: Random) -> list[Step]:
    """What became of it: nothing, or one of the ways in which a maintenance is changed and ended."""
    soon, length, third = start - chance.randrange(HOUR, DAY - 1), end - start, start + (end - start) // 3
    return {
        1: [Step(name, soon, "revise", start + WEEK, end + WEEK)],  # moved to a good notice
        2: [Step(name, soon, "revise", None, end + 1800)],  # longer, the new part late
        3: [Step(name, soon, "revise", start - 900, end + 900)],  # longer at either end
        4: [Step(name, soon, "revise", start + length // 4, end - length // 4)],  # shorter
        5: [Step(name, third, "complete")],
        6: [Step(name, soon, "cancel")],
        7: [Step(name, third, "cancel")],
        8: [Step(name, soon, "revise", None, None, who[:1]), Step(name, soon + 60, "revise", None, None, who)],
        9: [Step(name, soon, "revise", None, None, ("api", "web", "database")), Step(name, third, "complete")],
        10: [Step(name, soon, "revise", None, third), Step(name, soon + 60, "revise", None, end)],
    }.get(case, [])


def _requests(history: History, chance: Random) -> None:
    """Approved, rejected and pending ones, soon after what they are about; most over something that was seen."""
    kinds = ["force_majeure", "third_party", "customer_caused", "measurement_error"]
    seen = [piece for piece in history.pieces if piece.state != UNKNOWN and piece.end < SECOND_WAVE]
    for number in range(48):
        piece = chance.choice(seen)
        start = piece.start + chance.randrange(-900, 900)
        end = start + max(120, piece.end - piece.start + chance.randrange(-600, 900))
        asked_at = end + chance.randrange(60, 2 * DAY)
        approved = chance.choice([True, True, True, False, None])
        decided_at = None if approved is None else asked_at + chance.randrange(60, DAY)
        history.asked.append(Asked(kinds[number % 4], piece.component, start, end, asked_at, approved, decided_at))


def _late(history: History, chance: Random) -> None:
    """What came in about closed months: results out of a spool, approvals, a correction; in two waves."""
    for wave, months in ((FIRST_WAVE, (1, 4, 6)), (SECOND_WAVE, (4, 9, 10))):
        for order, month in enumerate(months):
            for component in ("api", "web"):
                start = at(JAKARTA, month, 10 + order, 3) + (wave == SECOND_WAVE) * 5 * DAY
                _piece(history, component, start, chance.randrange(HOUR, 4 * HOUR), chance.choice([DOWN, "up"]), wave)
            seen = [
                piece
                for piece in history.pieces
                if piece.state == DOWN
                and at(BERLIN, month, 1) < piece.start < at(BERLIN, month + 1, 1)
                and not piece.known_at
            ]
            for piece, kind in zip(
                chance.sample(seen, min(2, len(seen))), ("third_party", "measurement_error"), strict=False
            ):
                history.asked.append(Asked(kind, piece.component, piece.start, piece.end, wave, True, wave + 60))
