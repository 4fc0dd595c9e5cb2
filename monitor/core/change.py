"""What changed since a month was closed: a sentence for each fact, to the second."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from monitor.core.account import Account, Part, Window, cut
from monitor.core.books import differences
from monitor.core.calendar import format_instant
from monitor.core.decision import Case, Status, counts_for
from monitor.core.interval import intersect
from monitor.core.model import Interval, Seconds, Span
from monitor.core.record import encode
from monitor.core.text import number


def changes(closed: Account, live: Account) -> Iterator[str]:
    """A sentence for each fact that was otherwise when the month was closed. What changes no figure and takes nothing
    back (a request nobody approved, a notice that came too late) is left out."""
    now = {part.component: part for part in live.parts}
    for part in closed.parts:
        other = now.get(part.component)
        if other is None:
            yield f"{part.component}: belonged to it when the month was closed and does not now"
            continue
        yield from _service(part, other, closed.month)
        yield from _spans(part, other, closed.seen)
        yield from _windows(_pieces(closed, part), _pieces(live, other), part.component)
        yield from _cases(part, other, live)


def _service(part: Part, other: Part, month: Interval) -> Iterator[str]:
    before, after = (_serving(each, month) for each in (part, other))
    if before != after:
        yield f"{part.component}: in service {before} when the month was closed and {after} now"


def _serving(part: Part, month: Interval) -> str:
    inside = intersect([month], [Interval(part.since or month.start, month.end if part.until is None else part.until)])
    return " and ".join(period(each) for each in inside) or "never"


def _spans(part: Part, other: Part, within: Interval) -> Iterator[str]:
    for stretch, before, after in stretches(part.spans, other.spans, within):
        words = f"was {before} when the month was closed and is {after} now"
        yield f"{part.component}: {period(stretch)} {words} ({number(stretch.length)} s)"


def stretches(old: Iterable[Span], new: Iterable[Span], within: Interval) -> list[tuple[Interval, str, str]]:
    """Where two timelines differ, each stretch as long as both states last."""
    was, now = (_tiled(spans, within) for spans in (old, new))
    edges = sorted({within.start, within.end, *(edge for spans in (was, now) for edge, _ in spans)})
    found: list[tuple[Interval, str, str]] = []
    for start, end in pairwise(edges):
        states = _state_at(was, start), _state_at(now, start)
        if found and found[-1][0].end == start and found[-1][1:] == states:
            found[-1] = (Interval(found[-1][0].start, end), *states)
        elif states[0] != states[1]:
            found.append((Interval(start, end), *states))
    return found


def _tiled(spans: Iterable[Span], within: Interval) -> list[tuple[Seconds, str]]:
    """Where each state begins; time without a span is "without a record"."""
    found, reached = [(within.start, _NONE)], within.start
    for span in sorted(cut(spans, within), key=lambda each: each.start):
        if span.start > reached:
            found.append((reached, _NONE))
        found.append((span.start, f"{span.state} (inferred)" if span.inferred else span.state.value))
        reached = span.end
    return [*found, (reached, _NONE)] if reached < within.end else found


_NONE = "without a record"


def _state_at(tiles: list[tuple[Seconds, str]], instant: Seconds) -> str:
    return tiles[bisect_right(tiles, instant, key=itemgetter(0)) - 1][1]


def _windows(old: "list[_Piece]", new: "list[_Piece]", component: str) -> Iterator[str]:
    gone = [piece for piece in old if piece not in new]
    added = [piece for piece in new if piece not in old]
    for piece in gone:
        match = next((each for each in added if each.maintenance == piece.maintenance), None)
        if match is not None:
            added.remove(match)
        now = "is gone" if match is None else f"is {match.words} now"
        yield f"{component}: maintenance {piece.maintenance} was {piece.words} when the month was closed and {now}"
    for piece in added:
        if piece.excluded is not None:
            named = f"{component}: maintenance {piece.maintenance} ({piece.words})"
            yield f"{named} was not there when the month was closed"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What counts of a window in the month."""

    maintenance: str
    period: Interval
    announced_at: Seconds
    excluded: Interval | None

    @property
    def words(self) -> str:
        taken = "nothing of it excluded" if self.excluded is None else f"{period(self.excluded)} excluded"
        return f"{period(self.period)}, announced {format_instant(self.announced_at)}, {taken}"


def _pieces(account: Account, part: Part) -> list[_Piece]:
    return [_piece(account, window) for window in part.windows]


def _piece(account: Account, window: Window) -> _Piece:
    notice, accepted = window.notice, account.accepted(window)
    whole = intersect([Interval(notice.start, notice.end)], [account.month])
    taken = intersect([accepted], [account.month]) if accepted is not None else ()
    empty = Interval(account.month.start, account.month.start)
    return _Piece(window.maintenance, whole[0] if whole else empty, notice.announced_at, taken[0] if taken else None)


def _cases(part: Part, other: Part, live: Account) -> Iterator[str]:
    now = {case.request.id: case for case in other.cases}
    for case in part.cases:
        found = now.pop(case.request.id, None)
        if found is None:
            yield f"{part.component}: {case.request.id} was {case.status} when the month was closed and is gone"
        else:
            yield from _case(part, case, found)
    for case in now.values():
        if case.status is Status.APPROVED and counts_for(case, live.excludes):
            yield f"{part.component}: {_approved(case)}, and was not there when the month was closed"


def _case(part: Part, case: Case, found: Case) -> Iterator[str]:
    old, new = encode(case.request), encode(found.request)
    for item in differences(old, new):
        was, now = _value(item.field, item.old), _value(item.field, item.new)
        named = f"{part.component}: {case.request.id}: its {item.field.replace('_', ' ')}"
        yield f"{named} was {was} when the month was closed and is {now} now"
    if case.decision == found.decision:
        return
    if case.decision is None and found.status is Status.APPROVED:
        yield f"{part.component}: {_approved(found)}, and was pending when the month was closed"
    elif case.decision is not None:
        words = f"was {_decided(case)} when the month was closed and is {_decided(found)} now"
        yield f"{part.component}: {case.request.id} {words}"


def _approved(case: Case) -> str:
    request = case.request
    about = request.kind if request.check is None else f"{request.kind} of {request.check}"
    return f"{request.id} ({about}) {period(request.period)} is {_decided(case)}"


def _decided(case: Case) -> str:
    decision = case.decision
    if decision is None:
        return "pending"
    why = f" ({decision.reason})" if decision.reason else ""
    return f"{case.status} by {decision.by} at {format_instant(decision.at)}{why}"


def _value(field: str, value: object) -> str:
    if field in ("start", "end", "requested_at") and isinstance(value, int):
        return format_instant(value)
    return "none" if value is None else repr(value)


def period(stretch: Interval) -> str:
    """`2026-02-10T00:00:00Z to 00:40:00Z`; the day again where it is another one."""
    start, end = format_instant(stretch.start), format_instant(stretch.end)
    return f"{start} to {end[11:] if start[:10] == end[:10] else end}"
