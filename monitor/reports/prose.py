"""An explanation in words, line by line, for a terminal. All numbers come from `explanation`."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.availability import Figure, verdict
from monitor.core.availability import Judgement as Verdict
from monitor.core.failure import SENTENCES
from monitor.core.interval import Intervals, seconds_in
from monitor.core.model import Interval, Seconds
from monitor.core.text import exactly, left_time, number, percent, target_percent, used_time
from monitor.reports import books, credits, decisions, pause_words, vendor_words
from monitor.reports.explanation import ExplainedOutage, ExplainedWindow, Explanation, changes
from monitor.reports.explanation import document as explained
from monitor.reports.rows import Outcome, Row
from monitor.reports.table import label
from monitor.reports.words import dated, month_title, period, seconds

_WORDS = {
    "down_seconds": "down",
    "degraded_seconds": "degraded",
    "up_seconds": "up",
    "unknown_seconds": "not measured",
    "excluded_seconds": "excluded",
}


def lines(explanation: Explanation) -> Iterator[str]:
    """All of it, without an end of line; empty lines between the parts."""
    account = explanation.account
    zone = ZoneInfo(account.zone)
    yield f"{label(account)}, {month_title(account.label)} in {account.zone}"
    state = "The month is over" if account.final else "The month is running"
    yield f"{state}; settled up to {dated(explanation.row.as_of, zone)}."
    yield from books.lines(account)
    yield ""
    yield from of_seconds(explanation)
    yield from credits.lines(account)
    yield ""
    yield from _outages(explanation, zone)
    yield from _windows(explanation, zone)
    yield from decisions.lines(account)
    yield from vendor_words.lines(account)
    yield from pause_words.lines(account)
    yield from _gaps(account, zone)
    yield ""
    yield from _reconciled(account)


def document(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON values, with what a person reads of it under `says`."""
    return {**explained(explanation), "says": list(lines(explanation))}


def of_seconds(explanation: Explanation) -> Iterator[str]:
    """The line of seconds: the month, what is taken off, what was down, and what that makes."""
    account, figure = explanation.account, explanation.account.figure
    maintenance = explanation.maintenance
    taken = [("planned maintenance", maintenance), ("not measured", figure.unknown_seconds)]
    if figure.excluded_seconds != maintenance:
        taken.insert(1, ("excluded otherwise", figure.excluded_seconds - maintenance))
    if explanation.to_come:
        taken.insert(0, ("still to come", explanation.to_come))
    if explanation.out_of_service:
        taken.insert(0, ("out of service", explanation.out_of_service))
    parts = "".join(f" − {seconds(length)} {word}" for word, length in taken)
    yield f"{seconds(account.month.length)} in the month{parts} = {seconds(figure.measured_seconds)} measured"
    pieces = _listed(account.combination.down, ZoneInfo(account.zone))
    yield f"{seconds(figure.down_seconds)} down" + (f": {pieces}" if pieces else "")
    yield from _degraded(figure)
    if account.short:
        short, least = seconds(seconds_in(account.short)), used_time(account.min_outage, detail=True)
        yield f"{short} seen down in outages of less than {least}, which count as up by agreement"
    yield f"{formula(figure)}. {judged(explanation.row)}"


def _degraded(figure: Figure) -> Iterator[str]:
    """What degraded time counts for; with a weight, how the downtime adds up."""
    length, share, lost = figure.degraded_seconds, figure.degraded_weight, figure.downtime_equivalent
    if length and not share:
        yield f"{seconds(length)} degraded, which count as up"
    elif length:
        whole = f"{number(figure.down_seconds)} + {exactly(share)} × {number(length)} = {exactly(lost)} s"
        yield f"{seconds(length)} degraded, of which {exactly(share)} count as down: {whole} of downtime"


def formula(figure: Figure) -> str:
    """`1 − 3,600 ÷ 2,592,000 = 99.8611 %`, or that there is nothing to divide by."""
    if figure.availability is None:
        return "Nothing was measured: no data"
    lost = exactly(figure.downtime_equivalent)
    return f"1 − {lost} ÷ {number(figure.measured_seconds)} = {percent(figure.availability)} %"


def judged(line: Row) -> str:
    """What the target says: allowed, left or missed; for the running month its outlook."""
    account, target = line.account, line.account.target
    if target is None or line.allowed is None or line.left is None:
        return "There is no objective, so nothing is judged."
    share = f"{target_percent(target)} %"
    if not account.final:
        of = f" of {seconds(int(line.allowed / (1 - target)))}" if target < 1 else ""
        allowance = f"Allowed in the whole month at {share}: {seconds(floor(line.allowed))}{of}"
        return f"{allowance}, {_left(line.left)}. {_outlook(line.outcome)}"
    allowed = f"Allowed at {share}: {seconds(floor(line.allowed))}."
    if line.outcome is Outcome.NO_DATA:
        return f"{allowed} Not judged."
    result = f"Missed by {seconds(ceil(-line.left))}." if line.left < 0 else f"Kept, {_left(line.left)}."
    return f"{allowed} {result}{_doubt(account.figure, target)}"


def _left(left: Fraction) -> str:
    return f"overdrawn by {seconds(ceil(-left))}" if left < 0 else f"{seconds(floor(left))} left"


def _outlook(outcome: Outcome) -> str:
    return f"{outcome.value[0].upper()}{outcome.value[1:]}."


def _doubt(figure: Figure, target: Fraction) -> str:
    if verdict(figure, target) is not Verdict.INDETERMINATE or figure.lower is None or figure.upper is None:
        return ""
    bounds = f"between {percent(figure.lower)} % and {percent(figure.upper)} %"
    return f" Not proven either way: with what was not measured it lies {bounds}."


def _listed(intervals: Intervals, zone: ZoneInfo) -> str:
    return ", ".join(f"{period(item.start, item.end, zone)} ({_length(item.length)})" for item in intervals)


def _length(length: Seconds) -> str:
    return used_time(length, detail=True)


def _outages(explanation: Explanation, zone: ZoneInfo) -> Iterator[str]:
    line = explanation.row
    known = f"edges known to one slot of {line.account.every} s"
    known = f"{known}: {line.outages} × {line.account.every} s = {seconds(line.resolution)}"
    yield f"Outages: {line.outages} ({known if line.account.every else 'edges as reported'})"
    for item in explanation.outages:
        yield f"  {_outage(item, explanation.account, zone)}"
        if item.inferred:
            yield f"    inferred, nobody saw a recovery: {_listed(item.inferred, zone)}"


def _outage(item: ExplainedOutage, account: Account, zone: ZoneInfo) -> str:
    start = item.cut.start
    said = [f"{period(start, item.cut.end, zone)} ({_length(item.cut.length)})"]
    if account.agreement:
        said.append(" + ".join(item.components))
    if item.carried:
        said.append(f"began {dated(item.whole.start, zone)} and is counted there")
    if item.ongoing:
        said.append("going on")
    if item.short:
        said.append(f"shorter than {used_time(account.min_outage, detail=True)}, so it counts as up")
    elif item.counted != item.cut.length:
        said.append(f"{seconds(item.counted)} of {seconds(item.cut.length)} counted")
    kind = item.witness.kind
    reason = item.note if kind is None else SENTENCES[kind]
    seen = f" Seen from {', '.join(item.witness.locations)}." if item.witness.locations else ""
    return f"{', '.join(said)}. {reason}{seen}"


def _windows(explanation: Explanation, zone: ZoneInfo) -> Iterator[str]:
    cap, beyond = explanation.account.maintenance_cap, explanation.beyond_cap
    limit = "" if cap is None else f", of at most {seconds(cap)} a month"
    counted = f"; {seconds(beyond)} lie beyond that and count as they were seen" if beyond else ""
    yield f"Planned maintenance: {seconds(explanation.maintenance)} excluded{limit}{counted}"
    for item in explanation.windows:
        yield f"  {_window(item, explanation.account, zone)}"


def _window(item: ExplainedWindow, account: Account, zone: ZoneInfo) -> str:
    notice = item.window.notice
    named = f" {item.window.title}" if item.window.title else ""
    part = f" ({item.window.component})" if account.agreement else ""
    ahead = f"{left_time(item.ahead)} ahead" if item.ahead >= 0 else f"{used_time(-item.ahead)} after it began"
    announced = f"announced {dated(notice.announced_at, zone)}, {ahead}"
    ended = "" if notice.counts_until is None else f", ended {dated(notice.counts_until, zone)}"
    fate = _fate(item, account, zone)
    return f"{period(notice.start, notice.end, zone)}{named}{part}: {announced}{ended}: {fate}"


def _fate(item: ExplainedWindow, account: Account, zone: ZoneInfo) -> str:
    if item.beyond is not None:
        whole = "" if item.excluded is None else f"excluded {period(item.excluded.start, item.excluded.end, zone)}; "
        cut = period(item.beyond.start, item.beyond.end, zone)
        return f"{whole}{cut} ({_length(item.beyond.length)}) counted, announced in time but beyond the month's cap"
    if item.excluded is None:
        needed = f" ({left_time(account.notice)} are needed)" if item.why == "announced too late" else ""
        return f"counted, {item.why}{needed}"
    notice = item.window.notice
    if item.excluded == Interval(notice.start, notice.end):
        return f"excluded, {item.why}"
    return f"excluded {period(item.excluded.start, item.excluded.end, zone)}, {item.why}"


def _gaps(account: Account, zone: ZoneInfo) -> Iterator[str]:
    yield f"Not measured: {seconds(account.figure.unknown_seconds)}"
    for item in account.gaps:
        yield f"  {period(item.start, item.end, zone)} ({_length(item.length)})"


def _reconciled(account: Account) -> Iterator[str]:
    figure = account.figure
    parts = (
        f"{seconds(figure.up_seconds)} up + {seconds(figure.degraded_seconds)} degraded + "
        f"{seconds(figure.down_seconds)} down + {seconds(figure.unknown_seconds)} not measured + "
        f"{seconds(figure.excluded_seconds)} excluded"
    )
    yield f"Adds up: {parts} = {seconds(figure.total_seconds)}"
    yield f"Without exclusions: {formula(account.plain)}"
    changed = [(key, length) for key, length in changes(account) if length]
    if changed:
        listed = ", ".join(f"{_WORDS[key]} {'+' if length > 0 else ''}{seconds(length)}" for key, length in changed)
        yield f"What the exclusions change: {listed}"
