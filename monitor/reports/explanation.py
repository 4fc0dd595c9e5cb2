"""Why a figure is what it is: the seconds, outages, windows and gaps that made it; as values and as JSON.

The words are in `prose`; both read the same values.
"""

from dataclasses import dataclass

from monitor.core.account import Account, Window
from monitor.core.availability import Figure
from monitor.core.calendar import format_instant
from monitor.core.failure import SENTENCES
from monitor.core.interval import Intervals, intersect, seconds_in, union
from monitor.core.model import Interval, Seconds, State
from monitor.core.outage import bridged
from monitor.core.text import percent, ratio
from monitor.core.vendor import VendorReport
from monitor.reports import credits, decisions, pause_words, vendor_words
from monitor.reports.rows import RESOLUTION, Row, facts, row
from monitor.reports.witnesses import Witness, Witnesses


@dataclass(frozen=True, slots=True)
class ExplainedOutage:
    """An outage that touches the month. `cut` is the part inside it; `counted` what of that made the figure."""

    id: str
    whole: Interval
    cut: Interval
    ongoing: bool
    counted: Seconds
    short: bool  # shorter than the least that counts
    inferred: Intervals
    components: tuple[str, ...]
    witness: Witness
    vendor: VendorReport | None = None  # who reported it, where nobody probed

    @property
    def note(self) -> str:
        """What is known of its reason besides what probes saw, as a sentence."""
        if self.vendor is None:
            return "The reason is not known."
        said = [
            each.note for each in self.vendor.outages if each.start < self.whole.end and each.end > self.whole.start
        ]
        notes = "; ".join(dict.fromkeys(note for note in said if note))
        return f"Reported by the vendor{': ' + notes if notes else ''}."

    @property
    def carried(self) -> bool:
        """Whether it began before the month, and counts as an outage there."""
        return self.whole.start < self.cut.start


@dataclass(frozen=True, slots=True)
class ExplainedWindow:
    """A window that touches the month. `excluded` is what does not count of it, None when all of it counts."""

    window: Window
    excluded: Interval | None
    why: str
    beyond: Interval | None = None  # the part of it that counts because the month's cap is used up

    @property
    def ahead(self) -> Seconds:
        """How long before its start it was announced; negative when after."""
        return self.window.notice.start - self.window.notice.announced_at


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account's month, opened."""

    row: Row
    in_service: Seconds  # of the whole month
    to_come: Seconds  # in service, not settled yet
    outages: tuple[ExplainedOutage, ...]
    windows: tuple[ExplainedWindow, ...]

    @property
    def account(self) -> Account:
        return self.row.account

    @property
    def maintenance(self) -> Seconds:
        """What of the excluded seconds is announced maintenance."""
        accepted = (item.excluded for item in self.windows if item.excluded is not None)
        return seconds_in(intersect(accepted, self.account.combination.excluded))

    @property
    def beyond_cap(self) -> Seconds:
        """What of the announced maintenance lies beyond the month's cap and counts as it was seen; what is to come
        included."""
        return seconds_in(item.beyond for item in self.windows if item.beyond is not None)

    @property
    def out_of_service(self) -> Seconds:
        return self.account.month.length - self.in_service


def explain(account: Account, witnesses: Witnesses) -> Explanation:
    """Opens an account; the witnesses are asked once for each outage."""
    month = account.month
    serving = union(
        Interval(
            month.start if part.since is None else max(part.since, month.start),
            month.end if part.until is None else min(part.until, month.end),
        )
        for part in account.parts
    )
    return Explanation(
        row=row(account),
        in_service=seconds_in(serving),
        to_come=seconds_in(intersect(serving, [Interval(account.settled.end, month.end)])),
        outages=_outages(account, witnesses),
        windows=tuple(_window(account, window) for window in account.windows),
    )


def _outages(account: Account, witnesses: Witnesses) -> tuple[ExplainedOutage, ...]:
    found = []
    for outage in account.seen_outages:
        whole = Interval(outage.start, outage.end)
        cut = Interval(max(outage.start, account.scope.start), min(outage.end, account.scope.end))
        down = {
            part.component: span.start
            for part in account.parts
            for span in reversed(part.spans)
            if span.state is State.DOWN and span.start < whole.end and span.end > whole.start
        }
        first = min(down, key=lambda component: down[component])
        found.append(
            ExplainedOutage(
                id=outage.id,
                whole=whole,
                cut=cut,
                ongoing=outage.ongoing,
                counted=seconds_in(intersect([cut], account.combination.down)),
                short=bool(intersect([cut], account.short)),
                inferred=bridged(account.spans, cut),
                components=tuple(down),
                witness=witnesses(first, Interval(down[first], whole.end)),
                vendor=_vendor(account, first, down[first]),
            )
        )
    return tuple(found)


def _vendor(account: Account, component: str, instant: Seconds) -> VendorReport | None:
    """The report that counts at an instant of a component; None where it was probed."""
    reports = next(part.reports for part in account.parts if part.component == component)
    return next((each for each in reversed(reports) if each.start <= instant < each.end), None)


def _window(account: Account, window: Window) -> ExplainedWindow:
    excluded, beyond = account.accepted(window), account.beyond_cap(window)
    if beyond is not None:
        return ExplainedWindow(window, excluded, "announced in time, beyond the month's cap", beyond)
    if excluded is not None:
        return ExplainedWindow(window, excluded, "announced in time")
    if "maintenance" not in account.excludes:
        return ExplainedWindow(window, None, "the agreement does not exclude maintenance")
    return ExplainedWindow(window, None, "announced too late")


def document(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON values; the parts add up to the seconds of the figure."""
    account = explanation.account
    return {
        **facts(explanation.row),
        "month_seconds": account.month.length,
        "out_of_service_seconds": explanation.out_of_service,
        "to_come_seconds": explanation.to_come,
        "maintenance_seconds": explanation.maintenance,
        "beyond_cap_seconds": explanation.beyond_cap,
        "down": _pieces(account.combination.down),
        "degraded": _pieces(account.combination.degraded),
        "short_outages": _pieces(account.short),
        "not_measured": _pieces(account.gaps),
        "excluded": _pieces(account.combination.excluded),
        "outages_seen": [_outage(item) for item in explanation.outages],
        "windows": [_window_facts(account, item) for item in explanation.windows],
        "decisions": decisions.documents(account),
        "vendor_reports": vendor_words.sources(account),
        "pauses": pause_words.sources(account),
        "without_exclusions": _plain(account.plain),
        "exclusions_change": dict(changes(account)),
        **({"credit_rule": credits.document(account)} if account.agreement else {}),
        "resolution": RESOLUTION,
    }


def changes(account: Account) -> list[tuple[str, Seconds]]:
    """What the exclusions change of the plain figure, by part; adds up to nothing."""
    contractual, plain = account.figure, account.plain
    return [
        ("down_seconds", contractual.down_seconds - plain.down_seconds),
        ("degraded_seconds", contractual.degraded_seconds - plain.degraded_seconds),
        ("up_seconds", contractual.up_seconds - plain.up_seconds),
        ("unknown_seconds", contractual.unknown_seconds - plain.unknown_seconds),
        ("excluded_seconds", contractual.excluded_seconds - plain.excluded_seconds),
    ]


def _pieces(intervals: Intervals) -> list[dict[str, object]]:
    return [_piece(item) for item in intervals]


def _piece(item: Interval) -> dict[str, object]:
    return {"start": format_instant(item.start), "end": format_instant(item.end), "seconds": item.length}


def _outage(item: ExplainedOutage) -> dict[str, object]:
    kind = item.witness.kind
    return {
        "id": item.id,
        "components": list(item.components),
        "start": format_instant(item.whole.start),
        "end": None if item.ongoing else format_instant(item.whole.end),
        "seconds_in_month": item.cut.length,
        "counted_seconds": item.counted,
        "began_before": item.carried,
        "shorter_than_counts": item.short,
        "inferred": _pieces(item.inferred),
        "reason": None if kind is None else kind.value,
        "reason_text": SENTENCES[kind] if kind is not None else item.note if item.vendor is not None else None,
        "locations": list(item.witness.locations),
    }


def _window_facts(account: Account, item: ExplainedWindow) -> dict[str, object]:
    notice = item.window.notice
    return {
        "maintenance": item.window.maintenance,
        "title": item.window.title,
        "component": item.window.component,
        "start": format_instant(notice.start),
        "end": format_instant(notice.end),
        "announced_at": format_instant(notice.announced_at),
        "ahead_seconds": item.ahead,
        "needed_seconds": account.notice,
        "ended_at": None if notice.counts_until is None else format_instant(notice.counts_until),
        "excluded": None if item.excluded is None else _piece(item.excluded),
        "beyond_cap": None if item.beyond is None else _piece(item.beyond),
        "why": item.why,
    }


def _plain(figure: Figure) -> dict[str, object]:
    availability = figure.availability
    return {
        "measured_seconds": figure.measured_seconds,
        "up_seconds": figure.up_seconds,
        "degraded_seconds": figure.degraded_seconds,
        "down_seconds": figure.down_seconds,
        "unknown_seconds": figure.unknown_seconds,
        "availability": None if availability is None else ratio(availability),
        "availability_percent_trunc4": None if availability is None else percent(availability),
    }
