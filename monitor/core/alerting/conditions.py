"""Rules on what figures, certificates, locations and credentials tell: what holds now, and what that changes.

Each function gives conditions for the subjects that it knows something of. A subject without a condition keeps its
firing: what is not known neither fires nor ends anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from monitor.core.alert import On, Rule, Urgency
from monitor.core.alerting.episode import Episode
from monitor.core.allowance import BURN_RULES, Allowance, Outlook, burns, rolling
from monitor.core.availability import Figure
from monitor.core.model import Seconds
from monitor.core.trouble import Ailing

AT_RISK_FROM = Fraction(1, 4)
"""A month is called at risk only when this share of its budget is used: on its first day one failed slot forecasts
anything."""

EXPIRED, LOST, PAGED = 2, 2, 2
"""Levels: the second is the worse one, and worth a message of its own."""


_NO_FACTS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a rule finds of one subject now. `level` 0: nothing is wrong. `facts` go into the message (JSON)."""

    rule: Rule
    subject: str
    level: int
    urgency: Urgency
    since: Seconds
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turns:
    """What conditions change: what fires, what got worse (its episode's number first), what is over, what nobody
    watches any more."""

    fires: tuple[Condition, ...] = ()
    worse: tuple[tuple[int, Condition], ...] = ()
    over: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fires or self.worse or self.over or self.gone)


def turns(conditions: Iterable[Condition], standing: Iterable[Episode], watched: Set[tuple[str, str]]) -> Turns:
    """What follows from conditions for the episodes that have not recovered.

    `watched` are the rules and subjects that are looked at: a firing of any other is gone. One of a month is over with
    it.
    """
    known = {(item.rule, item.subject): item for item in standing}
    fires, worse, over = [], [], []
    gone = [item.no for key, item in known.items() if key not in watched]
    for found in conditions:
        episode = known.get((found.rule.key, found.subject))
        if episode is None:
            if found.level:
                fires.append(found)
        elif not found.level or episode.facts.get("month") != found.facts.get("month", episode.facts.get("month")):
            over.append(episode.no)
        elif found.level > episode.level:
            worse.append((episode.no, found))
    return Turns(tuple(fires), tuple(worse), tuple(over), tuple(gone))


def uptime(rule: Rule, subject: str, figure: Figure, target: Fraction) -> Condition | None:
    """Under its target over a rolling window, strictly; None when too little of it was measured."""
    found = rolling(figure, target, window=rule.over)
    if found.availability is None:
        return None
    facts = {"availability": str(found.availability), "target": str(target), "over": rule.over}
    return Condition(rule, subject, int(found.fires), rule.usual_urgency, figure.window_start, facts)


def gap(rule: Rule, subject: str, figure: Figure, served: Seconds) -> Condition | None:
    """Less than half of a rolling window was measured. None where it was not in service for the whole of it."""
    if served < rule.over:
        return None
    found = rolling(figure, Fraction(1), window=rule.over)
    facts = {"measured": figure.measured_seconds, "agreed": figure.agreed_seconds, "over": rule.over}
    return Condition(rule, subject, int(found.gap), rule.usual_urgency, figure.window_start, facts)


def burn(
    rule: Rule, subject: str, figures: Mapping[Seconds, Figure], target: Fraction, every: Seconds
) -> Condition | None:
    """The allowance is used up too fast. `figures` are of the windows of `BURN_RULES`, by their length.

    Both windows of a pair burn strictly faster than its factor, and the short one holds `after` failed slots. None when
    no pair does and one cannot be told: too little of it was measured.
    """
    pairs = {
        item: burns(item, figures[item.long_seconds], figures[item.short_seconds], target)
        for item in BURN_RULES
        if rule.urgency in (None, item.urgency)
    }
    lost = {item: figures[item.short_seconds].downtime_equivalent for item in pairs}
    held = [item for item, found in pairs.items() if found and lost[item] >= rule.after * every]
    if not held and None in pairs.values():
        return None
    if not held:
        return Condition(rule, subject, 0, rule.usual_urgency, 0)
    worst = held[0]
    level = PAGED if worst.urgency is Urgency.PAGE else 1
    figure = figures[worst.long_seconds]
    facts = {"factor": str(worst.factor), "over": worst.long_seconds, "target": str(target)}
    facts["availability"] = str(figure.availability)
    return Condition(rule, subject, level, worst.urgency, figure.window_start, facts)


def worth_telling(allowance: Allowance) -> Literal[Outlook.AT_RISK, Outlook.LOST] | None:
    """How bad a running month is, where somebody should know of it."""
    share = allowance.used_share
    if allowance.outlook is Outlook.LOST:
        return Outlook.LOST
    if allowance.outlook is Outlook.AT_RISK and (share is None or share >= AT_RISK_FROM):
        return Outlook.AT_RISK
    return None


def month(
    rule: Rule, subject: str, label: str, start: Seconds, allowance: Allowance, facts: Mapping[str, Any] = _NO_FACTS
) -> Condition:
    """At risk when the forecast is over the budget, lost when the downtime is; neither before anything was measured.

    The firing is about one month: it ends with it.
    """
    level = {None: 0, Outlook.AT_RISK: 1, Outlook.LOST: LOST}[worth_telling(allowance)]
    said = {"month": label, "used": str(allowance.used), "budget": str(allowance.budget), **facts}
    return Condition(rule, subject, level, rule.usual_urgency, start, said)


def certificate(rule: Rule, subject: str, expires: Seconds, now: Seconds) -> Condition:
    """It expires within so many days; level 2: it has."""
    left = expires - now
    level = EXPIRED if left <= 0 else int(left <= rule.days * 86_400)
    urgency = rule.urgency or (Urgency.PAGE if level == EXPIRED else Urgency.TICKET)
    return Condition(rule, subject, level, urgency, now, {"expires": expires})


def location(rule: Rule, name: str, found: Sequence[Ailing], *, heard: bool, now: Seconds) -> Condition | None:
    """A location, or a part of it, is silent, blind, or its clock is off.

    `heard`: somebody was heard of lately. Until then a hub that has just started knows nothing of it.
    """
    if not found:
        return Condition(rule, name, 0, rule.usual_urgency, now) if heard else None
    worst = found[0]
    facts = {"why": worst.trouble.value, "at": worst.since}
    return Condition(rule, name, 1, rule.usual_urgency, worst.since, facts)


@dataclass(frozen=True, slots=True)
class Refusals:
    """The newest slots of one check at one location: how many in a row were refused our credentials."""

    check: str  # "component/check"
    location: str
    in_a_row: int
    first: Seconds


def credentials(rule: Rule, found: Iterable[Refusals]) -> Iterator[Condition]:
    """A check is refused `after` times in a row at any location; it is over when it is refused nowhere."""
    by_check: dict[str, list[Refusals]] = {}
    for item in found:
        by_check.setdefault(item.check, []).append(item)
    for check, items in by_check.items():
        refused = [item for item in items if item.in_a_row >= rule.after]
        if not refused and any(item.in_a_row for item in items):
            continue
        facts = {"locations": sorted(item.location for item in refused)}
        since = min((item.first for item in refused), default=0)
        yield Condition(rule, check, int(bool(refused)), rule.usual_urgency, since, facts)


NOT_OF_A_STATE = tuple(trouble for trouble in On if trouble.state is None)
