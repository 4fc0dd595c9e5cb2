"""Judging again from stored results: what a correction of one check would do, and whether the spans are what the
results make of them. The rules are the judge's own, `core.timeline`; nothing is written.
"""

from collections.abc import Iterable, Mapping, Sequence

from monitor.core.calendar import format_instant
from monitor.core.decision import Case, Decision, Request, check_corrections
from monitor.core.interval import intersect, subtract
from monitor.core.model import Interval, Seconds, Span
from monitor.core.pause import Pause, intervals, laid
from monitor.core.recomputation import days, unequal
from monitor.core.timeline import Reports, Terms, judge, merge, revise, unbridge
from monitor.reader.snapshot import Facts
from monitor.settings.wording import near
from monitor.storage.store import ComponentFacts


def is_judged(terms: Sequence[Terms]) -> bool:
    """Whether a component's spans come from results of its checks: one without any check is told of, not probed."""
    return bool(terms)


def settled(facts: ComponentFacts, within: Interval) -> Interval | None:
    """What of a stretch of time the component's timeline holds; None for nothing."""
    if facts.since is None or facts.watermark is None:
        return None
    inside = intersect([within], [Interval(facts.since, facts.watermark)])
    return inside[0] if inside else None


def longest(terms: Iterable[Terms]) -> Seconds:
    """The longest slot: results from this long before a stretch of time judge its beginning."""
    return max((item.every for item in terms), default=1)


def judged_day(
    terms: Sequence[Terms],
    reports: Mapping[str, Reports],
    cases: Iterable[Case],
    pauses: Iterable[Pause],
    day: Interval,
) -> list[Span]:
    """The component's states from what was reported, not bridged, with the approved corrections of its checks, and with
    its pauses."""
    unknown = laid(check_corrections(cases), (item.check for item in terms), intervals(pauses))
    return judge(terms, reports, day.start, day.end, unknown)


def rejudged(facts: Facts, component: str, within: Interval, supposing: Sequence[Case] = ()) -> list[Span]:
    """The component's states over exactly a stretch of time, judged again from its results, not bridged."""
    terms = facts.terms().get(component, ())
    cases = [*facts.decisions.by_component().get(component, ()), *supposing]
    pauses = facts.pauses.by_component().get(component, ())
    spans: list[Span] = []
    for day in days(within):
        reports = facts.origin.reports(day.start - longest(terms), day.end, component)
        spans += judged_day(terms, reports.get(component, {}), cases, pauses, day)
    return merge(spans)


def supposed(facts: Facts, request: Request) -> list[Span]:
    """What the component's timeline would read otherwise once a correction of one check is approved, as it would read;
    bridging comes last, so that may be a little more than its period."""
    component = facts.components()[request.component]
    period = settled(component, request.period)
    if request.check is None or period is None:
        return []
    around = Interval(period.start - component.bridge - 1, period.end + component.bridge + 1)
    stored = facts.origin.spans(component.id, around.start, around.end)
    approved = Case(request, Decision(True, "", request.requested_at))
    new = revise(stored, rejudged(facts, component.id, period, [approved]), component.bridge)
    reach = Interval(min(span.start for span in stored), max(span.end for span in stored))
    return [
        Span(each.recomputed.state, each.start, each.end, each.recomputed.inferred)
        for each in unequal(component.id, stored, new, reach)
        if each.recomputed is not None
    ]


def unfounded(facts: Facts, request: Request) -> str | None:
    """Why a correction of one check cannot be judged; None where it can, and for anything else.

    The check was in force and seen in the period, and what is stored of it still gives the timeline as it stands.
    """
    if request.check is None:
        return None
    period, terms = request.period, facts.terms().get(request.component, ())
    known = sorted({item.check for item in terms})
    if request.check not in known:
        return f"{request.component} has no check {request.check}; {near(request.check, known)}"
    own = [item for item in terms if item.check == request.check and _touches(item, period)]
    if not own:
        return f"{request.subject} was not in force then, so there is nothing of it to correct"
    if not any(_seen(facts, request, day, longest(own)) for day in days(period)):
        return f"no result of {request.subject} is stored for that time: it was not seen, or is kept no longer"
    return _no_longer(facts, request)


def _no_longer(facts: Facts, request: Request) -> str | None:
    """Where the stored results do not give the stored timeline any more, what waits to be judged left out."""
    component, waiting = facts.components()[request.component], facts.origin.waiting()
    period = settled(component, request.period)
    if period is None:
        return None
    reach = longest(facts.terms()[component.id])
    open_ = [Interval(each.start, each.end + reach) for each in waiting.get(component.id, ())]
    for piece in subtract([period], open_):
        stored = unbridge(facts.origin.spans(component.id, piece.start, piece.end))
        for found in unequal(component.id, stored, rejudged(facts, component.id, piece), piece):
            when = f"{format_instant(found.start)} to {format_instant(found.end)}"
            told = f"the results stored of {when} do not give the timeline as it stands"
            return f"{told}: they are kept no longer, or were changed (`janji verify` says which)"
    return None


def _seen(facts: Facts, request: Request, day: Interval, reach: Seconds) -> bool:
    reports = facts.origin.reports(day.start - reach + 1, day.end, request.component)
    return bool(reports.get(request.component, {}).get(request.check or ""))


def _touches(terms: Terms, period: Interval) -> bool:
    return terms.start < period.end and (terms.end is None or terms.end > period.start)
