"""What a maintenance is worth, in words and as a document: who gets notice in time, and what follows from it."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from monitor.core.calendar import format_instant, month_of
from monitor.core.exclusion import NOTICE_SECONDS
from monitor.core.model import Interval, Seconds
from monitor.core.notice import (
    Maintenance,
    Notice,
    NoticeAction,
    NoticeEvent,
    latest_moment,
    notices,
    preview,
    standing,
)
from monitor.reader.announced import Stored
from monitor.reader.effects import Capped
from monitor.reports.instants import length, moment, moment_twice
from monitor.settings.hub import Settings
from monitor.storage.notices import NoticeRecord


def announced(at: Seconds, start: Seconds, zone: ZoneInfo, need: Seconds = NOTICE_SECONDS) -> str:
    """One sentence: whether a window published then and starting then is excluded, and if not, when it would be."""
    seen = preview(at, start, need)
    if seen.eligible:
        return f"Announced {seen.given_seconds // 86_400} days ahead: its time will not count."
    given = _given(seen.given_seconds)
    return (
        f"{given} ({length(need)} needed, latest moment was {moment_twice(seen.latest, zone)}): "
        "downtime in it will count. Probing goes on."
    )


def _given(seconds: Seconds) -> str:
    """Cut to days where there are some: rounded up it would promise more notice than was given."""
    days = seconds // 86_400
    if seconds < 0:
        return "No notice, it has begun"
    if days == 0:
        return f"Only {length(seconds)} of notice" if seconds else "No notice"
    return "Only 1 day's notice" if days == 1 else f"Only {days} days' notice"


def longer_needs(settings: Settings, components: Sequence[str], start: Seconds) -> Iterator[tuple[str, Seconds]]:
    """Agreements on these components that demand more notice then than the seven days everybody gets."""
    for written in settings.agreements:
        agreement = written.in_month(month_of(start, ZoneInfo(written.zone or settings.page.zone)))
        need = int(agreement.notice.total_seconds())
        if (
            need > NOTICE_SECONDS
            and "maintenance" in agreement.excludes
            and set(components) & set(agreement.components)
        ):
            yield agreement.id, need


def verdicts(settings: Settings, at: Seconds, start: Seconds, components: Sequence[str]) -> Iterator[str]:
    """The sentence for everybody, and one for each agreement that demands more."""
    zone = ZoneInfo(settings.page.zone)
    yield announced(at, start, zone)
    for agreement, need in longer_needs(settings, components, start):
        yield f"Agreement {agreement}: {announced(at, start, zone, need)}"


def beyond_cap(found: Iterable[Capped]) -> Iterator[str]:
    """A sentence for each agreement's month that excludes no more of it."""
    for item in found:
        whole = item.counts == item.announced
        counts = f"all {length(item.announced)}" if whole else f"{length(item.counts)} of its {length(item.announced)}"
        yield (
            f"Agreement {item.agreement}, {item.month}: {counts} will count, though "
            f"announced in time: at most {length(item.cap)} of maintenance are excluded in a month."
        )


def consequences(before: Sequence[NoticeEvent], after: Sequence[NoticeEvent], zone: ZoneInfo) -> Iterator[str]:
    """What a revision does to each component: pieces kept, new pieces and whether each is in time, pieces dropped."""
    old, new = standing(before).components, standing(after).components
    revised_at = after[-1].at
    for component in dict.fromkeys((*old, *new)):
        if component not in new:
            yield f"{component}: dropped; downtime of it counts."
            continue
        earlier = notices(before, component)
        for piece in notices(after, component):
            yield f"{component}, {_period(piece, zone)}: {_consequence(piece, earlier, revised_at, zone)}"


def in_short(what: str, before: Sequence[NoticeEvent], after: Sequence[NoticeEvent]) -> Iterator[str]:
    """What a change is worth, a sentence for each stretch that is new: `This extension has 2 days' notice: its 30 min
    will count.`"""
    revised_at, found = after[-1].at, dict[tuple[Seconds, Seconds], bool]()
    for component in standing(after).components:
        earlier = notices(before, component)
        for piece in notices(after, component):
            if not _is_kept(piece, earlier):
                found[piece.start, piece.end] = piece.eligible
    for (start, end), eligible in sorted(found.items()):
        days = max(0, start - revised_at) // 86_400
        notice = "1 day's" if days == 1 else f"{days} days'" if days else length(start - revised_at) + " of"
        notice = "no" if start <= revised_at else notice
        yield f"{what} has {notice} notice: its {length(end - start)} will {'not ' if eligible else ''}count."
    if not found:
        yield f"{what} announces nothing new: what is left keeps the notice that it had."


def series(settings: Settings, at: Seconds, periods: Sequence[Interval], components: Sequence[str]) -> Iterator[str]:
    """What the occurrences of a recurrence are worth, published then."""
    zone = ZoneInfo(settings.page.zone)
    late = [period for period in periods if not preview(at, period.start).eligible]
    yield (
        f"{len(periods)} occurrences, from {moment(periods[0].start, zone)} to {moment(periods[-1].start, zone)}: "
        f"{len(periods) - len(late)} announced in time, whose time will not count."
    )
    for period in late:
        yield f"{moment(period.start, zone)} to {moment(period.end, zone)}: {announced(at, period.start, zone)}"
    for agreement, need in longer_needs(settings, components, periods[-1].start):
        good = sum(preview(at, period.start, need).eligible for period in periods)
        yield f"Agreement {agreement}: {good} of {len(periods)} announced in time ({length(need)} needed)."


def _is_kept(piece: Notice, earlier: Sequence[Notice]) -> bool:
    return any(
        item.announced_at == piece.announced_at and item.start <= piece.start and piece.end <= item.end
        for item in earlier
    )


def _consequence(piece: Notice, earlier: Sequence[Notice], revised_at: Seconds, zone: ZoneInfo) -> str:
    if not _is_kept(piece, earlier):
        return f"new notice. {announced(revised_at, piece.start, zone)}"
    worth = "its time will not count" if piece.eligible else "too late, downtime in it will count"
    return f"kept, announced {moment(piece.announced_at, zone)}: {worth}."


def ended(events: Sequence[NoticeEvent], zone: ZoneInfo) -> str:
    """What a completion or cancellation leaves."""
    says, last = standing(events), events[-1]
    verb = "Cancelled" if last.action is NoticeAction.CANCEL else "Completed"
    when = moment_twice(last.at, zone)
    if last.at <= says.start:
        return f"{verb} {when}, before its start: nothing of it is left."
    if last.at >= says.end:
        return f"{verb} {when}, after its end: what lies after the end was never excluded."
    return f"{verb} {when}: from then on downtime counts again."


def period(says: Maintenance, zone: ZoneInfo) -> str:
    return f"{moment(says.start, zone)} to {moment(says.end, zone)}"


def worth(stored: Stored) -> str:
    """In one word or two: what of it is excluded."""
    if stored.says.cancelled:
        return "nothing left"
    if not stored.records[0].published:
        return "open"
    found = [piece.eligible for component in stored.says.components for piece in notices(stored.events, component)]
    if not found:
        return "nothing left"
    return "excluded" if all(found) else "partly excluded" if any(found) else "counts"


def pieces(stored: Stored, zone: ZoneInfo) -> Iterator[str]:
    """One line for each notice: its component, its period, when it was announced, what it is worth."""
    if not stored.records[0].published:
        return
    for component in stored.says.components:
        for piece in notices(stored.events, component):
            worth_of = "excluded" if piece.eligible else "too late, counts"
            cut = f", cut short {moment(piece.counts_until, zone)}" if piece.counts_until is not None else ""
            when = moment(piece.announced_at, zone)
            yield f"{component}, {_period(piece, zone)}: announced {when}, {worth_of}{cut}"


def document(stored: Stored, now: Seconds) -> dict[str, object]:
    """The maintenance as JSON values; instants in UTC."""
    says = stored.says
    return {
        "id": stored.id,
        "title": says.title,
        "description": says.description,
        "status": stored.status(now),
        "published": stored.published,
        "published_at": format_instant(says.published_at) if stored.records[0].published else None,
        "start": format_instant(says.start),
        "end": format_instant(says.end),
        "closed_at": None if says.closed_at is None else format_instant(says.closed_at),
        "latest_moment": format_instant(latest_moment(says.start)),
        "components": [{"id": name, "notices": _pieces(stored, name)} for name in says.components],
        "events": [_event(record) for record in stored.records],
    }


def _pieces(stored: Stored, component: str) -> list[dict[str, object]]:
    return [
        {
            "start": format_instant(piece.start),
            "end": format_instant(piece.end),
            "announced_at": format_instant(piece.announced_at),
            "eligible": piece.eligible,
            "counts_until": None if piece.counts_until is None else format_instant(piece.counts_until),
        }
        for piece in notices(stored.events, component)
    ]


def _event(record: NoticeRecord) -> dict[str, object]:
    return {
        "action": record.event.action.value,
        "at": format_instant(record.event.at),
        "published": record.published,
        "actor": record.actor,
    }


def _period(piece: Notice, zone: ZoneInfo) -> str:
    return f"{moment(piece.start, zone)} to {moment(piece.end, zone)}"
