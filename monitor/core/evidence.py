"""Recomputing a month from its evidence: the same code path that page and reports use.

Pure: documents in, documents out. Zones come from a function that the caller passes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from monitor.core.allowance import Allowance, allowance
from monitor.core.availability import Figure, allowed, count, met, verdict
from monitor.core.bundle import Bundle, EvidenceError, Member, ZoneLookup, documents, read_bundle
from monitor.core.calendar import format_instant
from monitor.core.combination import Combination, Service, combine
from monitor.core.credit import Bands, Schedule, credit
from monitor.core.exclusion import MAINTENANCE, Exclusion, accepted_windows, before, cap_reached
from monitor.core.interval import Intervals, intersect, union
from monitor.core.model import Interval, Seconds
from monitor.core.text import decimal, percent, ratio

__all__ = ["Bundle", "Difference", "EvidenceError", "Member", "differences", "recompute", "write"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a document expects otherwise than it was computed; JSON values, None where missing."""

    name: str
    field: str
    expected: object
    found: object


def recompute(document: Mapping[str, object], zone: ZoneLookup, *, default_name: str) -> dict[str, object]:
    """`{"vectors": [{"name": …, "result": {…}}]}` of one bundle, or of all under `vectors`.

    `default_name` names a bundle that has no name. Raises EvidenceError naming the place of the mistake.
    """
    nodes, shared = documents(document)
    bundles = (read_bundle(node, zone, default_name=default_name, shared=shared) for node in nodes)
    return {"vectors": [{"name": bundle.name, "result": result(bundle)} for bundle in bundles]}


def differences(document: Mapping[str, object], output: Mapping[str, object]) -> tuple[Difference, ...]:
    """Every field under `expected` that came out otherwise; `output` is what `recompute` gave for it."""
    nodes, _ = documents(document)
    computed = output["vectors"]
    if not isinstance(computed, list):
        raise TypeError("output must come from recompute")
    return tuple(
        Difference(each["name"], field, wanted, each["result"].get(field))
        for node, each in zip(nodes, computed, strict=True)
        if (expected := node.get("expected")) is not None and isinstance(expected.value, dict)
        for field, wanted in expected.value.items()
        if field not in each["result"] or _canonical(wanted) != _canonical(each["result"][field])
    )


def services(bundle: Bundle) -> tuple[Service, ...]:
    """The bundle's members as they are measured: with what is accepted of their exclusions."""
    reached = cap_instant(bundle)
    return tuple(
        Service(
            spans=member.spans,
            excluded=union((*before(maintained(bundle, member), reached), *_approved(bundle, member))),
            since=member.since,
            until=member.until,
        )
        for member in bundle.members
    )


def cap_instant(bundle: Bundle) -> Seconds | None:
    """The instant from which the month's maintenance counts as it is seen; None while it is within its cap.

    What uses the cap up is the union, over the members, of the maintenance accepted inside the month and their service.
    """
    if bundle.maintenance_cap is None:
        return None
    month = bundle.bounds
    used = (
        piece
        for member in bundle.members
        for piece in intersect(
            maintained(bundle, member),
            [
                Interval(
                    month.start if member.since is None else max(month.start, member.since),
                    month.end if member.until is None else min(month.end, member.until),
                )
            ],
        )
    )
    return cap_reached(used, bundle.maintenance_cap)


def maintained(bundle: Bundle, member: Member) -> Intervals:
    """The maintenance that is accepted of a member, before any cap."""
    return accepted_windows(member.exclusions, excludes=bundle.excludes & {MAINTENANCE}, notice=bundle.notice)


def _approved(bundle: Bundle, member: Member) -> Intervals:
    return accepted_windows(member.exclusions, excludes=bundle.excludes - {MAINTENANCE}, notice=bundle.notice)


def is_final(bundle: Bundle) -> bool:
    """Whether the month is over as of the evidence."""
    return bundle.as_of is None or bundle.as_of >= bundle.bounds.end


def combination_of(bundle: Bundle) -> Combination:
    """The seconds up to `as_of`, sorted: what `figure_of` counts."""
    if is_final(bundle) or bundle.as_of is None:
        return _combined(bundle, bundle.bounds)
    start = bundle.bounds.start
    return _combined(bundle, Interval(start, max(start, bundle.as_of)))


def figure_of(bundle: Bundle) -> Figure:
    """The figure up to `as_of`."""
    return count(combination_of(bundle), degraded_weight=bundle.degraded_weight)


def month_combination(bundle: Bundle) -> Combination:
    """The whole month, sorted: what is still to come is unknown, but for windows that are already accepted."""
    return _combined(bundle, bundle.bounds)


def allowance_of(bundle: Bundle, so_far: Figure) -> Allowance:
    """The running month's allowance, of which `so_far` is the figure."""
    month = count(month_combination(bundle))
    return allowance(so_far, month_agreed=month.agreed_seconds, target=bundle.target)


def result(bundle: Bundle) -> dict[str, object]:
    """Everything computed from a bundle, as JSON values; the budget only while the month runs."""
    figure, target = figure_of(bundle), bundle.target
    final, availability, proven = is_final(bundle), figure.availability, verdict(figure, target)
    computed: dict[str, object] = {
        "window_start": format_instant(figure.window_start),
        "window_end": format_instant(figure.window_end),
        "total_seconds": figure.total_seconds,
        "excluded_seconds": figure.excluded_seconds,
        "unknown_seconds": figure.unknown_seconds,
        "up_seconds": figure.up_seconds,
        "degraded_seconds": figure.degraded_seconds,
        "down_seconds": figure.down_seconds,
        "downtime_equivalent_seconds": decimal(figure.downtime_equivalent),
        "agreed_seconds": figure.agreed_seconds,
        "measured_seconds": figure.measured_seconds,
        "availability": None if availability is None else ratio(availability),
        "availability_percent_trunc4": _percent(availability),
        "lower_bound_percent_trunc4": _percent(figure.lower),
        "upper_bound_percent_trunc4": _percent(figure.upper),
        "allowed_downtime_seconds": decimal(allowed(figure, target)),
        "met": met(figure, target),
        "verdict": None if proven is None else proven.value,
        "final": final,
    }
    return computed | ({} if final else _budget(bundle, figure)) | _credits(bundle, figure)


def write(bundle: Bundle) -> dict[str, object]:
    """The bundle as JSON values that `recompute` reads back to the same result, borders always written."""
    written: dict[str, object] = {
        "name": bundle.name,
        "zone": bundle.zone,
        "month": bundle.month,
        "month_start": format_instant(bundle.bounds.start),
        "month_end": format_instant(bundle.bounds.end),
        "tzdata": bundle.tzdata,
        "target": decimal(bundle.target * 100),
        "degraded_weight": ratio(bundle.degraded_weight),
        "min_outage_seconds": bundle.min_outage,
        "notice_seconds": bundle.notice,
        "excludes": sorted(bundle.excludes),
    }
    if bundle.maintenance_cap is not None:
        written["maintenance_cap_seconds"] = bundle.maintenance_cap
    if bundle.as_of is not None:
        written["as_of"] = format_instant(bundle.as_of)
    if bundle.schedules:
        written["schedules"] = {name: _schedule(schedule) for name, schedule in bundle.schedules}
        written["credit_schedules"] = [name for name, _ in bundle.schedules]
    if len(bundle.members) == 1 and not bundle.members[0].id:
        return written | _member(bundle.members[0])
    return written | {"components": [{"id": member.id} | _member(member) for member in bundle.members]}


def _combined(bundle: Bundle, window: Interval) -> Combination:
    return combine(services(bundle), window, min_outage=bundle.min_outage)


def _budget(bundle: Bundle, figure: Figure) -> dict[str, object]:
    running = allowance_of(bundle, figure)
    return {
        "month_budget_seconds": decimal(running.budget),
        "budget_left_seconds": decimal(running.left),
        "budget_used_percent_trunc4": _percent(running.used_share),
    }


def _credits(bundle: Bundle, figure: Figure) -> dict[str, object]:
    if not bundle.schedules:
        return {}
    owed = {name: credit(figure, bundle.target, schedule) for name, schedule in bundle.schedules}
    shares = {name: None if share is None else decimal(share * 100) for name, share in owed.items()}
    return {"credit_percent": shares}


def _percent(share: Fraction | None) -> str | None:
    return None if share is None else percent(share)


def _canonical(value: object) -> str:
    # As text: in Python 1 equals True and 1.0.
    return json.dumps(value, sort_keys=True, default=str)


def _member(member: Member) -> dict[str, object]:
    written: dict[str, object] = {
        "spans": [
            {"state": span.state.value, "start": format_instant(span.start), "end": format_instant(span.end)}
            for span in member.spans
        ],
        "exclusions": [_exclusion(each) for each in member.exclusions],
    }
    if member.since is not None:
        written["service_from"] = format_instant(member.since)
    if member.until is not None:
        written["service_until"] = format_instant(member.until)
    return written


def _exclusion(exclusion: Exclusion) -> dict[str, object]:
    written: dict[str, object] = {
        "kind": exclusion.kind,
        "start": format_instant(exclusion.start),
        "end": format_instant(exclusion.end),
        "announced_at": _moment(exclusion.announced_at),
        "approved": exclusion.approved,
        "completed_at": _moment(exclusion.completed_at),
        "cancelled_at": _moment(exclusion.cancelled_at),
    }
    return written if exclusion.check is None else written | {"check": exclusion.check}


def _moment(instant: Seconds | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _schedule(schedule: Schedule) -> dict[str, object]:
    cap = None if schedule.cap is None else decimal(schedule.cap * 100)
    if isinstance(schedule, Bands):
        rows = ((band.low, band.high, band.share) for band in schedule.bands)
        return {"bands": [[decimal(part * 100) for part in row] for row in rows], "cap": cap}
    per, below = decimal(schedule.per * 100), decimal(schedule.below * 100)
    return {"per": per, "below": below, "step": schedule.step.value, "cap": cap}
