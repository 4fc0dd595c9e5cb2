"""Rules about contracts that look at more than one key: parts, zone, dates, notice and the credit schedule."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction

from monitor.core.credit import Band, Bands, Schedule, Slope, overlaps, unpaid
from monitor.core.text import target_percent
from monitor.settings.findings import Findings, day, duration, share, texts
from monitor.settings.nodes import Node, Place

LEAST_NOTICE = timedelta(days=7)


def check_agreement(
    findings: Findings, agreement: Node, place: Place, components: Sequence[str], zone: Callable[[Place, Node], None]
) -> None:
    """All of one agreement; `zone` checks what stands under a `zone` key."""
    named = texts(agreement, "components", place)
    findings.once(named)
    for where, name in named:
        findings.known(where, name, components, "component")
    findings.once(texts(agreement, "excludes", place))
    zone(place, agreement)
    check_dates(findings, agreement, place)
    notice = duration(agreement, "notice")
    if notice is not None and notice < LEAST_NOTICE:
        findings.mistake((*place, "notice"), "an agreement may ask for more notice than 7d, never for less")
    if agreement.get("terms") is not None:
        findings.mistake((*place, "terms"), "terms are not available yet; edit the agreement when its month begins")
    credit = agreement.get("credit")
    if credit is not None and credit.get("bands") is not None:
        _check_bands(findings, credit, (*place, "credit"))
    if credit is not None:
        _check_schedule(findings, agreement, credit, (*place, "credit"))


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


def _check_schedule(findings: Findings, agreement: Node, credit: Node, place: Place) -> None:
    """Warns of availabilities that break the promise and pay nothing; refuses what can never pay."""
    target = share(agreement.get("target"))
    schedule = _schedule(credit)
    if agreement.get("fee") is None:
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
    return Slope(per, below) if per is not None and below is not None else None


def _text(value: Fraction) -> str:
    return f"{target_percent(value)}%"
