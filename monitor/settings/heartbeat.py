"""Rules across the keys of a heartbeat: a rhythm or a deadline, heard by the hub and by nobody else."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from monitor.core.text import format_duration
from monitor.probes import KINDS
from monitor.probes.heartbeat import DAYS, DEFAULT_WINDOW
from monitor.settings.findings import Findings, duration, texts
from monitor.settings.nodes import Node, Place
from monitor.settings.timing import DEFAULT_EVERY

_OF_A_DEADLINE = ("zone", "days", "window")
_OF_A_PERIOD = ("grace",)


def check_heartbeat(
    findings: Findings, check: Node, place: Place, at_hub: Sequence[str], check_zone: Callable[[Place, Node], None]
) -> None:
    """`at_hub` names the locations in the hub's own process."""
    kind = KINDS.get(check.text("kind") or "")
    if kind is None or not kind.at_hub:
        return
    _check_witness(findings, check, place, at_hub)
    check_zone(place, check)
    period, by = check.get("period"), check.get("by")
    if (period is None) == (by is None):
        findings.mistake(place, 'write either period: 1h, or by: "06:00" for a deadline')
        return
    for key in _OF_A_DEADLINE if by is None else _OF_A_PERIOD:
        if check.get(key) is not None:
            findings.mistake((*place, key), f"{key} belongs to {'by' if by is None else 'period'}; leave it out")
    _check_window(findings, check, place)
    every, length = duration(check, "every", DEFAULT_EVERY), duration(check, "period")
    if every is not None and length is not None and length < every:
        findings.mistake(
            (*place, "period"), f"a period is no shorter than a slot; write {format_duration(every)} or more"
        )


def _check_window(findings: Findings, check: Node, place: Place) -> None:
    """A window longer than the time between two deadlines would let one beat keep both."""
    window = duration(check, "window", DEFAULT_WINDOW)
    written = [name for _, name in texts(check, "days", place)] or list(DAYS)
    if window is None or check.get("by") is None or not set(written) <= set(DAYS):
        return
    numbers = sorted({DAYS.index(name) for name in written})
    apart = min(
        (later - number - 1) % len(DAYS) + 1 for number, later in zip(numbers, numbers[1:] + numbers[:1], strict=True)
    )
    if window > timedelta(days=apart):
        longest = format_duration(timedelta(days=apart))
        findings.mistake(
            (*place, "window"), f"deadlines are {longest} apart: one beat would keep two; write {longest} or less"
        )


def _check_witness(findings: Findings, check: Node, place: Place, at_hub: Sequence[str]) -> None:
    if not at_hub:
        findings.mistake((*place, "kind"), "beats come to the hub, and all locations have agents; add one without")
    listed = texts(check, "locations", place)
    for where, name in listed:
        if at_hub and name not in at_hub:
            findings.mistake(
                where, f"beats come to the hub, not to an agent; leave locations out, or write [{at_hub[0]}]"
            )
    if len(listed) > 1:
        findings.mistake((*place, "locations"), "beats come to the hub alone; leave locations out")
