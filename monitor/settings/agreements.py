"""Rules about contracts that look at more than one key: parts, zone, dates, notice and the credit schedule."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from monitor.core.credit import Band, Bands, Schedule, Slope, overlaps, unpaid
from monitor.core.credit import Step as Parts
from monitor.core.text import format_duration, target_percent
from monitor.settings.findings import Findings, day, duration, share, texts
from monitor.settings.nodes import Node, Place
from monitor.settings.timing import every_of, is_critical

LEAST_NOTICE = timedelta(days=7)
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def check_agreement(
    findings: Findings, agreement: Node, place: Place, components: Sequence[str], zone: Callable[[Place, Node], None]
) -> None:
    """All of one agreement; `zone` checks what stands under a `zone` key."""
    zone(place, agreement)
    check_dates(findings, agreement, place)
    _check_order(findings, agreement, place)
    for step in steps(agreement, place):
        _check_words(findings, step, components)
        _check_schedule(findings, step)
        _check_worth(findings, step)


@dataclass(frozen=True, slots=True)
class Step:
    """An agreement from one month on: `written` is what stands at the place, `whole` what it adds up to."""

    written: Node
    whole: Node
    place: Place

    def has(self, *keys: str) -> bool:
        return any(self.written.get(key) is not None for key in keys)

    def at(self, *keys: str) -> Place:
        """The first of the keys that is written here, else the step itself."""
        return next(((*self.place, key) for key in keys if self.has(key)), self.place)


def steps(agreement: Node, place: Place) -> Iterator[Step]:
    """The agreement as it begins, then with each entry of its `terms` laid over it."""
    whole = agreement
    yield Step(agreement, agreement, place)
    for number, entry in enumerate(agreement.items("terms")):
        if isinstance(entry.value, dict) and isinstance(whole.value, dict):
            whole = Node(whole.line, {**whole.value, **entry.value})
            yield Step(entry, whole, (*place, "terms", number))


def _check_order(findings: Findings, agreement: Node, place: Place) -> None:
    """Each entry of `terms` begins after the one before it, says something, and begins before the agreement ends."""
    before, until = "", day(agreement, "until")
    for number, entry in enumerate(agreement.items("terms")):
        where, month = (*place, "terms", number), entry.text("from")
        if isinstance(entry.value, dict) and not entry.value.keys() - {"from"}:
            findings.mistake(where, "nothing is otherwise here; write what changes from then on, or remove it")
        if month is None or MONTH.fullmatch(month) is None:
            continue
        if month <= before:
            findings.mistake((*where, "from"), f"{month} does not come after {before}; write terms in order of months")
        elif until is not None and f"{month}-01" >= until.isoformat():
            findings.warn((*where, "from"), f"the agreement ends before ({until}), so this never holds")
        before = max(before, month)


def _check_words(findings: Findings, step: Step, components: Sequence[str]) -> None:
    """What each key says by itself."""
    named = texts(step.written, "components", step.place)
    findings.once(named)
    for where, name in named:
        findings.known(where, name, components, "component")
    findings.once(texts(step.written, "excludes", step.place))
    notice = duration(step.written, "notice")
    if notice is not None and notice < LEAST_NOTICE:
        findings.mistake((*step.place, "notice"), "an agreement may ask for more notice than 7d, never for less")
    credit = step.written.get("credit")
    if credit is not None and credit.get("bands") is not None:
        _check_bands(findings, credit, (*step.place, "credit"))


def _check_worth(findings: Findings, step: Step) -> None:
    """Warns of keys that can change nothing beside the others, and beside the checks of the components."""
    whole = step.whole
    if whole.get("maintenance_cap") is not None and step.has("maintenance_cap", "excludes"):
        excluded = [name for _, name in texts(whole, "excludes", ())]
        if whole.get("excludes") is not None and "maintenance" not in excluded:
            where = step.at("maintenance_cap", "excludes")
            findings.warn(where, "no maintenance is excluded here, so there is nothing to cap; remove maintenance_cap")
    checks = _critical(findings, whole)
    least, slots = duration(whole, "min_outage"), [every for check in checks if (every := every_of(check)) is not None]
    if least and slots and least <= min(slots) and step.has("min_outage", "components"):
        findings.warn(
            step.at("min_outage", "components"),
            f"one failed slot is {format_duration(min(slots))} already, so no outage is shorter than "
            f"{format_duration(least)}; write a longer one, or remove min_outage",
        )
    if _weighs(whole) and checks and step.has("degraded_weight", "components") and not _can_be_slow(checks):
        findings.warn(
            step.at("degraded_weight", "components"),
            "none of the checks has expect.slower_than, so a slow answer is never degraded; write one, "
            "or remove degraded_weight",
        )


def _critical(findings: Findings, whole: Node) -> list[Node]:
    """The checks that decide about the agreement's components."""
    named = {name for _, name in texts(whole, "components", ())}
    own = (item for item in findings.root.items("components") if item.text("id") in named)
    return [check for item in own for check in item.items("checks") if is_critical(check)]


def _weighs(whole: Node) -> bool:
    written = whole.get("degraded_weight")
    return written is not None and str(written.value) not in ("0", "0.0")


def _can_be_slow(checks: Sequence[Node]) -> bool:
    expected = (check.get("expect") for check in checks)
    return any(expect is not None and expect.get("slower_than") is not None for expect in expected)


def check_dates(findings: Findings, node: Node, place: Place) -> None:
    """`since` comes before `until`."""
    since, until = day(node, "since"), day(node, "until")
    if since is not None and until is not None and until <= since:
        findings.mistake((*place, "until"), f"until must come after since ({since})")


def _check_bands(findings: Findings, credit: Node, place: Place) -> None:
    for key in ("per", "below", "step"):
        if credit.get(key) is not None:
            findings.mistake((*place, key), f"{key} and bands are two ways to write a schedule; keep one")
    bands = _bands(credit)
    for number, band in bands:
        if band.low >= band.high:
            wrong = f"a band is written [low, high, credit], and {_text(band.low)} is not below {_text(band.high)}"
            findings.mistake((*place, "bands", number), wrong)
    order = [(number, band) for number, band in bands if band.low < band.high]
    for first, second in overlaps([band for _, band in order]):
        later = next(number for number, band in reversed(order) if band in (first, second))
        findings.mistake(
            (*place, "bands", later),
            f"the bands {_text(first.low)} to {_text(first.high)} and {_text(second.low)} to {_text(second.high)} "
            "overlap; let each begin where the one below it ends",
        )


def _bands(credit: Node) -> list[tuple[int, Band]]:
    """The bands that can be read, by their number."""
    found: list[tuple[int, Band]] = []
    for number, item in enumerate(credit.items("bands")):
        shares = [share(child) for _, child in item.children()]
        if len(shares) == 3 and shares[0] is not None and shares[1] is not None and shares[2] is not None:
            found.append((number, Band(shares[0], shares[1], shares[2])))
    return found


def _check_schedule(findings: Findings, step: Step) -> None:
    """Warns of availabilities that break the promise and pay nothing, and of a credit without a fee."""
    credit, place = step.whole.get("credit"), step.at("credit", "target")
    if credit is None or not step.has("credit", "target"):
        return
    target, schedule = share(step.whole.get("target")), _schedule(credit)
    if step.whole.get("fee") is None and step.has("credit"):
        findings.warn(place, "without a fee the credit is a share only, no amount")
    if target is None or schedule is None:
        return
    for low, high in unpaid(schedule, target):
        findings.warn(place, f"{_text(low)} to {_text(high)} misses the target and pays nothing")


def _schedule(credit: Node) -> Schedule | None:
    per, below = share(credit.get("per")), share(credit.get("below"))
    if credit.get("bands") is not None:
        bands = tuple(band for _, band in _bands(credit))
        return Bands(bands) if len(bands) == len(credit.items("bands")) > 0 else None
    parts = Parts.FLOOR if credit.text("step") == Parts.FLOOR else Parts.LINEAR
    return Slope(per, below, parts) if per is not None and below is not None else None


def _text(value: Fraction) -> str:
    return f"{target_percent(value)}%"
