"""The figures of the year by brute force: a byte for every second, painted by the rules as they are written down.

Shares no code with what it judges: no intervals, no spans, no calendar of the house.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from zoneinfo import ZoneInfo

from tests.year.history import IN_SERVICE, NOW, Asked, History, Step
from tests.year.terms import Promise, Slope

OUT, UP, DEGRADED, UNKNOWN, DOWN, EXCLUDED = 0, 1, 2, 4, 8, 16
_CODES = {"up": UP, "degraded": DEGRADED, "unknown": UNKNOWN, "down": DOWN}
_MARGIN = 2 * 86_400  # more than any run that crosses a month's border
_SEVEN_DAYS = 604_800


@dataclass(frozen=True)
class Expected:
    """A month of a subject. Percentages are of a hundred; None where there is none."""

    total: int
    excluded: int
    unknown: int
    degraded: int
    down: int
    up: int
    downtime: Fraction
    outages: int
    target: Fraction | None
    final: bool
    outcome: str | None  # None while the month runs: an outlook is not judged here
    allowed: Fraction | None
    credit: str | None  # None for a component
    credit_percent: Fraction | None
    credit_amount: Fraction | None
    currency: str | None

    @property
    def measured(self) -> int:
        return self.total - self.excluded - self.unknown

    @property
    def availability(self) -> Fraction | None:
        return 1 - self.downtime / self.measured if self.measured else None

    @property
    def percent(self) -> str | None:
        """Cut off after four decimals."""
        return None if self.availability is None else truncated(self.availability)

    @property
    def left(self) -> Fraction | None:
        return None if self.allowed is None else self.allowed - self.downtime


def truncated(availability: Fraction) -> str:
    scaled = floor(availability * 10**6)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{abs(scaled) // 10**4}.{abs(scaled) % 10**4:04}"


def month_borders(month: str, zone: ZoneInfo) -> tuple[int, int]:
    """No zone of the year skips or doubles a midnight that begins a month."""
    first = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=zone)
    after = (first.replace(tzinfo=None) + timedelta(days=32)).replace(day=1, tzinfo=zone)
    return int(first.timestamp()), int(after.timestamp())


class Oracle:
    """What each month is by what was known at a moment."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.seen = lru_cache(maxsize=64)(self._seen)
        self.month = lru_cache(maxsize=None)(self._month)
        self._windows = lru_cache(maxsize=None)(self._good_windows)

    def _month(self, promise: Promise, month: str, known_at: int) -> Expected:
        start, end = month_borders(month, promise.zone)
        whole = [self._counted(promise, component, start, end, known_at) for component in promise.components]
        combined = together(whole)
        settled = combined[: max(0, min(end, NOW) - start)]
        runs = self._down_runs(promise, start, end, known_at)
        for first, last in runs:
            if last - first < promise.min_outage:
                a, b = max(0, first - start), max(0, min(len(settled), last - start))
                settled[a:b] = settled[a:b].replace(bytes([DOWN]), bytes([UP]))
        begin = start + len(settled) - len(settled.lstrip(bytes([OUT])))
        finish = start + len(settled.rstrip(bytes([OUT])))
        return _expected(promise, combined, settled, end <= NOW, sum(begin <= first < finish for first, _ in runs))

    def _counted(self, promise: Promise, component: str, start: int, end: int, known_at: int) -> bytearray:
        """One component's seconds of the month, excluded and out of service painted over what was seen."""
        states = self.seen(component, start - _MARGIN, end + _MARGIN, known_at)[_MARGIN:-_MARGIN]
        found, seen = bytearray(states), bytes(states)
        taken = bytes.maketrans(bytes([DOWN, DEGRADED]), bytes([EXCLUDED, EXCLUDED]))
        for asked in self._history.asked:
            if asked.component == component and asked.kind in promise.excludes and approved(asked, known_at):
                a, b = max(0, asked.start - start), max(0, min(end, asked.end) - start)
                found[a:b] = seen[a:b].translate(taken)
        if "maintenance" in promise.excludes:
            for first, last in self._windows(component, promise.notice, known_at):
                a, b = max(0, first - start), max(0, min(end, last) - start)
                found[a:b] = bytes([EXCLUDED]) * (b - a)
        since, until = IN_SERVICE[component]
        for instant in (since, promise.since):
            if instant is not None:
                length = max(0, min(end, instant) - start)
                found[:length] = bytes([OUT]) * length
        for instant in (until, promise.until):
            if instant is not None and instant < end:
                length = end - max(start, instant)
                found[len(found) - length :] = bytes([OUT]) * length
        return found

    def _seen(self, component: str, start: int, end: int, known_at: int) -> bytes:
        """What was seen second by second: bridged, then corrected; unknown before and after."""
        states = bytearray([UNKNOWN]) * (end - start)
        since = IN_SERVICE[component][0]
        a, b = max(0, since - start), max(0, min(end, NOW) - start)
        states[a:b] = bytes([UP]) * (b - a)
        for piece in self._history.pieces:
            if piece.component == component and piece.known_at <= known_at:
                a, b = max(0, piece.start - start), max(0, min(end, piece.end) - start)
                states[a:b] = bytes([_CODES[piece.state]]) * (b - a)
        bridged = bytearray(re.sub(rb"\x08\x04{1,600}(?=\x08)", lambda gap: b"\x08" * len(gap[0]), states))
        for asked in self._history.asked:
            if asked.component == component and asked.kind == "measurement_error" and approved(asked, known_at):
                a, b = max(0, asked.start - start), max(0, min(end, asked.end) - start)
                bridged[a:b] = bytes([UNKNOWN]) * (b - a)
        return bytes(bridged)

    def _down_runs(self, promise: Promise, start: int, end: int, known_at: int) -> list[tuple[int, int]]:
        """Runs of seconds in which any component was down, whatever is excluded, of components that served then."""
        anywhere = 0
        for component in promise.components:
            since, until = IN_SERVICE[component]
            if min(end, until or end, promise.until or end) <= max(start, since, promise.since or start):
                continue
            states = self.seen(component, start - _MARGIN, end + _MARGIN, known_at)
            anywhere |= int.from_bytes(states.translate(_only(DOWN)))
        found = anywhere.to_bytes(end - start + 2 * _MARGIN)
        base = start - _MARGIN
        return [(base + run.start(), base + run.end()) for run in re.finditer(rb"\x08\x08*", found)]

    def _good_windows(self, component: str, notice: int, known_at: int) -> list[tuple[int, int]]:
        """What of announced maintenance is excluded."""
        maintenances: dict[str, list[Step]] = {}
        for step in self._history.steps:
            if step.at <= known_at:
                maintenances.setdefault(step.maintenance, []).append(step)
        return [window for steps in maintenances.values() for window in _good(steps, component, notice)]


def approved(asked: Asked, known_at: int) -> bool:
    return asked.approved is True and asked.decided_at is not None and asked.decided_at <= known_at


def together(parts: list[bytearray]) -> bytearray:
    """At each second: down if any is, else unknown, degraded, up; excluded where no other is left."""
    present = 0
    for part in parts:
        present |= int.from_bytes(part)
    first = (DOWN, UNKNOWN, DEGRADED, UP, EXCLUDED)
    table = bytes(next((state for state in first if byte & state), OUT) for byte in range(256))
    return bytearray(present.to_bytes(len(parts[0])).translate(table))


def _only(state: int) -> bytes:
    return bytes(byte & state for byte in range(256))


def _good(steps: list[Step], component: str, notice: int) -> Iterator[tuple[int, int]]:
    """One maintenance, second by second: when each was first announced without having been dropped since."""
    announced: dict[int, int] = {}
    period, who, closed = (0, 0), (), None
    for step in steps:
        if step.action in ("complete", "cancel"):
            closed = step.at
            break
        period = (period[0] if step.start is None else step.start, period[1] if step.end is None else step.end)
        who = who if step.components is None else step.components
        seconds = range(*period) if component in who else range(0)
        announced = {second: announced.get(second, step.at) for second in seconds}
    begin = None
    for second in announced:
        if begin is None or announced.get(second - 1) != announced[second]:
            begin = second
        if announced.get(second + 1) != announced[second]:
            end = second + 1 if closed is None else min(second + 1, closed)
            if announced[begin] + max(notice, _SEVEN_DAYS) <= begin < end:
                yield begin, end


def _expected(promise: Promise, month: bytearray, settled: bytearray, final: bool, outages: int) -> Expected:
    count = {state: settled.count(state) for state in (UP, DEGRADED, UNKNOWN, DOWN, EXCLUDED)}
    total, downtime = sum(count.values()), count[DOWN] + promise.weight * count[DEGRADED]
    measured = total - count[EXCLUDED] - count[UNKNOWN]
    target = None if promise.target is None else promise.target / 100
    allowed = None
    if target is not None:
        agreed_month = len(month) - month.count(OUT) - month.count(EXCLUDED)
        allowed = (1 - target) * (measured if final else agreed_month - count[UNKNOWN])
    outcome = _outcome(target, measured, downtime, count[UNKNOWN]) if final else None
    credit, share, amount = _credit(promise, final, outcome, 1 - downtime / measured if measured else None)
    return Expected(
        total=total,
        excluded=count[EXCLUDED],
        unknown=count[UNKNOWN],
        degraded=count[DEGRADED],
        down=count[DOWN],
        up=count[UP],
        downtime=Fraction(downtime),
        outages=outages,
        target=promise.target,
        final=final,
        outcome=outcome,
        allowed=allowed,
        credit=credit,
        credit_percent=share,
        credit_amount=amount,
        currency=promise.currency,
    )


def _outcome(target: Fraction | None, measured: int, downtime: Fraction | int, unknown: int) -> str:
    if not measured:
        return "no data"
    if target is None:
        return "not judged"
    agreed = measured + unknown
    if 1 - Fraction(downtime + unknown, 1) / agreed >= target:
        return "met"
    return "breached" if 1 - Fraction(downtime, 1) / agreed < target else "indeterminate"


def _credit(
    promise: Promise, final: bool, outcome: str | None, availability: Fraction | None
) -> tuple[str | None, Fraction | None, Fraction | None]:
    """State, percent and amount."""
    if not promise.agreement:
        return None, None, None
    if not final:
        return "running", None, None
    if outcome in ("no data", "indeterminate") or availability is None:
        return "needs decision", None, None
    share = Fraction(0) if outcome == "met" else _share(promise, availability * 100)
    money = promise.fee * share / 100 * 10**promise.digits if promise.fee is not None else Fraction(0)
    amount = Fraction(floor(money + Fraction(1, 2)), 10**promise.digits)
    return ("owed" if share else "nothing"), share, amount


def _share(promise: Promise, percent: Fraction) -> Fraction:
    schedule = promise.schedule
    if isinstance(schedule, Slope):
        missing = max(schedule.below - percent, Fraction(0))
        steps = {"linear": missing, "floor": Fraction(floor(missing)), "ceil": Fraction(ceil(missing))}
        share = schedule.per * steps[schedule.step]
    else:
        hits = [Fraction(share) for low, high, share in schedule or () if Fraction(low) <= percent < Fraction(high)]
        share = max(hits, default=Fraction(0))
    return share if promise.cap is None else min(share, promise.cap)
