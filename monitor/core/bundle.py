"""An evidence bundle: everything one month's figure is made of, as typed values read from JSON.

Owns reading and its errors; `core.evidence` computes. Fields it does not know are let through, so that a
bundle may carry notes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias
from zoneinfo import ZoneInfo

from monitor.core.calendar import month_bounds, parse_instant
from monitor.core.combination import refuse_overlap
from monitor.core.credit import Band, Bands, Schedule, Slope, Step
from monitor.core.exclusion import KINDS, NOTICE_SECONDS, Exclusion
from monitor.core.model import Interval, Seconds, Span, State
from monitor.core.text import exact

ZoneLookup: TypeAlias = Callable[[str], ZoneInfo]
"""Gives a zone by name; raises KeyError, ValueError or OSError for one that is not there."""


class EvidenceError(ValueError):
    """A bundle that cannot be computed; the text begins with the place: `vectors[2].spans[0].start: …`."""


@dataclass(frozen=True, slots=True)
class Member:
    """One component of a bundle; `id` is empty where the bundle has no components."""

    id: str
    spans: tuple[Span, ...]
    exclusions: tuple[Exclusion, ...] = ()
    since: Seconds | None = None
    until: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """One agreement's or objective's month. `as_of` is None for a month that is over."""

    name: str
    zone: str
    month: str
    bounds: Interval
    target: Fraction
    members: tuple[Member, ...]
    as_of: Seconds | None = None
    degraded_weight: Fraction = Fraction(0)
    min_outage: Seconds = 0
    notice: Seconds = NOTICE_SECONDS
    excludes: frozenset[str] = KINDS
    schedules: tuple[tuple[str, Schedule], ...] = ()
    tzdata: str | None = None
    maintenance_cap: Seconds | None = None  # at most so many seconds of maintenance are excluded


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value with its place, so that a mistake can be found."""

    value: object
    place: str

    def error(self, message: str) -> EvidenceError:
        return EvidenceError(f"{self.place}: {message}" if self.place else message)

    def get(self, key: str) -> "Node | None":
        """A field of an object; None where it is missing or null."""
        if not isinstance(self.value, dict):
            raise self.error("must be an object")
        value = self.value.get(key)
        return None if value is None else Node(value, f"{self.place}.{key}" if self.place else key)

    def need(self, key: str) -> "Node":
        found = self.get(key)
        if found is None:
            raise self.error(f"{key!r} is missing")
        return found

    def items(self) -> Iterator["Node"]:
        if not isinstance(self.value, list):
            raise self.error("must be a list")
        return (Node(value, f"{self.place}[{index}]") for index, value in enumerate(self.value))

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.error("must be a text")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.error("must be true, false or null")
        return self.value

    def instant(self) -> Seconds:
        try:
            return parse_instant(self.text())
        except ValueError as error:
            raise error if isinstance(error, EvidenceError) else self.error(str(error)) from None

    def whole(self) -> Seconds:
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            raise self.error("must be a whole number of seconds, not negative")
        return self.value

    def share(self, *, of: int = 100) -> Fraction:
        """A number from 0 to `of`, as a share of it."""
        try:
            number = exact(self.value)
        except ValueError as error:
            raise self.error(str(error)) from None
        if not 0 <= number <= of:
            raise self.error(f"must lie between 0 and {of}")
        return number / of


def read_bundle(node: Node, zone: ZoneLookup, *, default_name: str, shared: Node | None = None) -> Bundle:
    """One bundle; `shared` holds the schedules of a file with several. Raises EvidenceError."""
    name, tzdata, as_of = node.get("name"), node.get("tzdata"), node.get("as_of")
    weight, minimum, notice = (node.get(key) for key in ("degraded_weight", "min_outage_seconds", "notice_seconds"))
    excludes, cap = node.get("excludes"), node.get("maintenance_cap_seconds")
    return Bundle(
        name=name.text() if name else default_name,
        zone=node.need("zone").text(),
        month=node.need("month").text(),
        bounds=_bounds(node, zone),
        target=node.need("target").share(),
        members=_members(node),
        as_of=as_of.instant() if as_of else None,
        degraded_weight=weight.share(of=1) if weight else Fraction(0),
        min_outage=minimum.whole() if minimum else 0,
        notice=notice.whole() if notice else NOTICE_SECONDS,
        excludes=frozenset(kind.text() for kind in excludes.items()) if excludes else KINDS,
        schedules=_schedules(node, shared),
        tzdata=str(tzdata.value) if tzdata else None,
        maintenance_cap=cap.whole() if cap else None,
    )


def _bounds(node: Node, zone: ZoneLookup) -> Interval:
    start, end = node.get("month_start"), node.get("month_end")
    if start and end:
        return _interval(node, start.instant(), end.instant())
    computed = _zoned_month(node, zone)
    return _interval(node, start.instant() if start else computed.start, end.instant() if end else computed.end)


def _zoned_month(node: Node, zone: ZoneLookup) -> Interval:
    name, month = node.need("zone"), node.need("month")
    try:
        zoned = zone(name.text())
    except (KeyError, ValueError, OSError):
        raise name.error(f"{name.value!r} is not a time zone") from None
    try:
        return month_bounds(month.text(), zoned)
    except (ValueError, OverflowError):
        raise month.error(f"{month.value!r} is not a month; write 2026-11") from None


def _interval(node: Node, start: Seconds, end: Seconds) -> Interval:
    if end < start:
        raise node.error("ends before it starts")
    return Interval(start, end)


def _members(node: Node) -> tuple[Member, ...]:
    components, service = node.get("components"), _service(node)
    if components is None:
        return (_member(node, "", service),)
    for key in ("spans", "exclusions"):
        if node.get(key):
            raise node.error(f"{key!r} belongs to each component where there are components")
    members = tuple(_member(each, each.need("id").text(), service) for each in components.items())
    if not members:
        raise components.error("name at least one component")
    if len({member.id for member in members}) < len(members):
        raise components.error("two components have the same id")
    return members


def _member(node: Node, identifier: str, around: tuple[Seconds | None, Seconds | None]) -> Member:
    listed, exclusions = node.need("spans"), node.get("exclusions")
    spans = tuple(_span(each) for each in listed.items())
    try:
        refuse_overlap(spans)
    except ValueError as error:
        raise listed.error(str(error)) from None
    since, until = _service(node)
    return Member(
        id=identifier,
        spans=spans,
        exclusions=tuple(_exclusion(each) for each in exclusions.items()) if exclusions else (),
        since=max((s for s in (since, around[0]) if s is not None), default=None),
        until=min((u for u in (until, around[1]) if u is not None), default=None),
    )


def _service(node: Node) -> tuple[Seconds | None, Seconds | None]:
    since, until = node.get("service_from"), node.get("service_until")
    return since.instant() if since else None, until.instant() if until else None


def _span(node: Node) -> Span:
    period, state = _period(node), node.need("state")
    if state.value not in tuple(State):
        raise state.error(f"{state.value!r} is not a state; write one of {', '.join(State)}")
    return Span(State(state.text()), period.start, period.end)


def _exclusion(node: Node) -> Exclusion:
    period, approved, check = _period(node), node.get("approved"), node.get("check")
    announced, completed, cancelled = (
        found.instant() if (found := node.get(key)) else None
        for key in ("announced_at", "completed_at", "cancelled_at")
    )
    return Exclusion(
        kind=node.need("kind").text(),
        start=period.start,
        end=period.end,
        announced_at=announced,
        approved=approved.flag() if approved else None,
        completed_at=completed,
        cancelled_at=cancelled,
        check=check.text() if check else None,
    )


def _period(node: Node) -> Interval:
    return _interval(node, node.need("start").instant(), node.need("end").instant())


def _schedules(node: Node, shared: Node | None) -> tuple[tuple[str, Schedule], ...]:
    wanted, own = node.get("credit_schedules"), node.get("schedules")
    if wanted is None:
        return ()
    found = []
    for name in wanted.items():
        schedule = (own.get(name.text()) if own else None) or (shared.get(name.text()) if shared else None)
        if schedule is None:
            raise name.error(f"there is no schedule {name.value!r}")
        found.append((name.text(), read_schedule(schedule)))
    return tuple(found)


def read_schedule(node: Node) -> Schedule:
    """`{"bands": [["99.0", "99.5", 10], …], "cap": "25"}`, or `per`, `below`, `step`, `cap` for a slope."""
    bands, limit, step = node.get("bands"), node.get("cap"), node.get("step")
    cap = limit.share() if limit else None
    if bands:
        return Bands(tuple(_band(each) for each in bands.items()), cap)
    if step and step.value not in tuple(Step):
        raise step.error(f"{step.value!r} is not a step; write one of {', '.join(Step)}")
    return Slope(
        per=node.need("per").share(),
        below=node.need("below").share(),
        step=Step(step.text()) if step else Step.LINEAR,
        cap=cap,
    )


def _band(node: Node) -> Band:
    parts = tuple(node.items())
    if len(parts) != 3:
        raise node.error("write a band as [from, below, percent]")
    low, high, share = (part.share() for part in parts)
    if low >= high:
        raise node.error("a band ends above its start")
    return Band(low, high, share)


def documents(root: Mapping[str, object]) -> tuple[tuple[Node, ...], Node | None]:
    """The bundles of a file (several under `vectors`, else the file itself) and the schedules they share."""
    node = Node(dict(root), "")
    several = node.get("vectors")
    if several is None:
        return (node,), None
    return tuple(several.items()), node.get("schedules")
