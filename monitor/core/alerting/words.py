"""What an alert says at three in the morning: a title that fits a lock screen, then what somebody needs to act.

Lines are plain; how they are written for a channel is in `writing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from monitor.core.alert import On
from monitor.core.alerting.dispatch import Item, Letter
from monitor.core.alerting.holding import Hold, kind_of
from monitor.core.alerting.phrases import PHRASES, REASONS, month_name
from monitor.core.alerting.runs import STEADY_SLOTS, Event
from monitor.core.alerting.wording import Allowed, Wording
from monitor.core.failure import SENTENCES
from monitor.core.model import FailureKind, Seconds
from monitor.core.text import latency, left_time, percent, target_percent, used_time

ACKNOWLEDGE_PLACE = "/acknowledge/@@"
"""Stands in a stored body where the link's own part goes when the message is sent."""

_MOST_REASONS = 12
_MOST_WHOLE = 5
_FAILURES = frozenset({(On.BURN, 2), (On.MONTH, 2), (On.CERTIFICATE, 2)})
_TITLE_LENGTH = 78


@dataclass(frozen=True, slots=True)
class Part:
    """What a message says of one episode."""

    title: str
    lines: tuple[str, ...]
    name: str
    on: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A message in words, before it is written for a channel. `links` are label and address."""

    type: str
    title: str
    parts: tuple[Part, ...]
    links: tuple[tuple[str, str], ...] = ()
    event: str = ""


def worded(letter: Letter, wording: Wording) -> Said:
    """The message that a letter becomes. It asks to acknowledge where there is something to do."""
    parts = tuple(_part(item, wording) for item in letter.items)
    if len(parts) > _MOST_WHOLE:
        # Services take a few thousand characters; what each one is stays, and the page and the commands say the rest.
        parts = (*parts[:_MOST_WHOLE], *(replace(part, lines=(), links=()) for part in parts[_MOST_WHOLE:]))
    title = parts[0].title
    if len(parts) > 1:
        title = wording.say("more", title=title, count=len(parts) - 1)
    links = []
    if wording.plan.url:
        links.append((wording.say("page", url="").rstrip(": "), wording.plan.url))
        if wording.acknowledge and asks(letter):
            address = wording.plan.url + ACKNOWLEDGE_PLACE
            links.append((wording.say("acknowledge", url="").rstrip(": "), address))
    return Said(_type(letter), _cut(title), parts, tuple(links), letter.event.value)


def linked(body: str, token: str) -> str:
    """A stored body with the link's own part in its place."""
    return body.replace(ACKNOWLEDGE_PLACE, ACKNOWLEDGE_PLACE.replace("@@", token))


def asks(letter: Letter) -> bool:
    """Whether somebody can acknowledge what a letter tells of."""
    return any(not item.episode.over and item.episode.acked_at is None for item in letter.items)


def _type(letter: Letter) -> str:
    if letter.event is Event.RECOVERED:
        return "success"
    items = [item for item in letter.items if not item.over]
    if not items:
        return "info"
    failing = any(item.episode.on is On.DOWN or (item.episode.on, item.episode.level) in _FAILURES for item in items)
    return "failure" if failing else "warning"


def _part(item: Item, wording: Wording) -> Part:
    episode = item.episode
    name = _name(item, wording)
    known = wording.plan.subjects.get(episode.component)
    links = ((wording.say("runbook", url="").rstrip(": "), known.runbook),) if known and known.runbook else ()
    lines = _recovery(item, wording) if item.event is Event.RECOVERED else _trouble(item, wording)
    if item.over:
        lines = [*_recovery(item, wording), *lines[1:]]
    return Part(_title(item, name, wording), tuple(lines), name, episode.on.value, links)


def _name(item: Item, wording: Wording) -> str:
    component, _, check = item.episode.subject.partition("/")
    name: str = item.episode.facts.get("name") or wording.plan.name(component)
    return f"{name} ({check})" if check else name


def _title(item: Item, name: str, wording: Wording) -> str:
    episode, facts = item.episode, item.episode.facts
    month = month_name(facts["month"], wording.language) if "month" in facts else ""
    if item.event is Event.RECOVERED and facts.get("gone"):
        return wording.say("gone", name=name)
    if item.event is Event.RECOVERED:
        key = "renewed" if episode.on is On.CERTIFICATE else "recovered"
        if episode.on is On.MONTH and episode.recovered_at is not None:
            ended = datetime.fromtimestamp(episode.recovered_at, wording.plan.zone)
            key = "on_track" if f"{ended:%Y-%m}" == facts["month"] else "month_over"
        return wording.say(key, name=name, month=month)
    if episode.flapping:
        title = wording.say("flapping", name=name)
    elif item.event is Event.REMINDER and episode.on.state is not None:
        return wording.say(f"still_{episode.on}", name=name)
    else:
        title = wording.say(_phrase(item), name=name, month=month)
    if item.over:
        return wording.say("was", title=title)
    if item.event is Event.REMINDER:
        return wording.say("still", title=title)
    return wording.say("unacknowledged", title=title) if item.event is Event.ESCALATED else title


def _phrase(item: Item) -> str:
    episode = item.episode
    if episode.on is On.LOCATION and episode.facts.get("why") in ("skewed", "blind"):
        return f"location_{episode.facts['why']}"
    worse = f"{episode.on}_2"
    return worse if episode.level >= 2 and worse in PHRASES["en"] else episode.on.value


def _trouble(item: Item, wording: Wording) -> list[str]:
    episode = item.episode
    lines = [wording.say("since", since=wording.moment(episode.start))] if episode.on.state is not None else []
    lines += _what(item, wording)
    last_good = episode.facts.get("last_good")
    if last_good is not None and last_good < episode.start:
        lines.append(wording.say("last_good", at=wording.moment(last_good)))
    lines += _seen(episode.facts.get("seen", ()), wording)
    standing = wording.allowed.get(episode.subject)
    if standing is not None and episode.on is not On.MONTH:
        lines.append(_left(standing, wording))
    if item.children:
        names = [wording.plan.name(child) for child in item.children]
        lines.append(wording.say("children", names=wording.listed(names)))
    if episode.acked_at is not None:
        lines.append(wording.say("acknowledged", by=episode.acked_by, at=wording.moment(episode.acked_at)))
    return lines + _held(item, wording)


def _what(item: Item, wording: Wording) -> list[str]:
    """What is wrong in one or two sentences, by what the rule is on."""
    episode, facts = item.episode, item.episode.facts
    lines: list[str] = []
    if episode.flapping:
        return [wording.say("impact_flapping", slots=STEADY_SLOTS)]
    over = used_time(facts["over"], wording.language) if "over" in facts else ""
    match episode.on:
        case On.DOWN | On.DEGRADED | On.UNKNOWN:
            lines = [wording.say(f"impact_{episode.on}")]
        case On.UPTIME | On.BURN:
            if "factor" in facts:
                factor = target_percent(Fraction(facts["factor"]) / 100, wording.language)
                lines = [wording.say("factor", factor=factor, over=over)]
            figure = percent(Fraction(facts["availability"]), wording.language)
            target = target_percent(Fraction(facts["target"]), wording.language)
            lines.append(wording.say("figure", figure=figure, target=target, over=over))
        case On.MONTH:
            used, budget = Fraction(facts["used"]), Fraction(facts["budget"])
            allowed = left_time(budget, wording.language, detail=True)
            lines = [wording.say("month_used", used=wording.used(used), budget=allowed)]
            lines += [wording.say("month_forecast")] if episode.level < 2 else []
        case On.CERTIFICATE:
            key = "expired" if episode.level >= 2 else "expires"
            lines = [wording.say(key, at=wording.moment(facts["expires"]))]
        case On.LOCATION:
            said = wording.say(facts.get("why", "silent"), at=wording.moment(facts.get("at", episode.start)))
            lines = [said, wording.say("impact_location")]
        case On.GAP:
            lines = [wording.say("impact_gap", over=over)]
        case On.CREDENTIALS:
            places = wording.say("seen_from", places=", ".join(facts.get("locations", ())))
            lines = [
                wording.say("since", since=wording.moment(episode.start)),
                wording.say("impact_credentials"),
                places,
            ]
    return lines


def _seen(sightings: Sequence[Mapping[str, Any]], wording: Wording) -> list[str]:
    """From where it was seen, why, and where the time went."""
    if not sightings:
        return []
    places = sorted({item["location"] for item in sightings})
    lines = [wording.say("seen_from", places=wording.listed(places))]
    reasons = [_reason(item, wording) for item in sightings]
    lines += list(dict.fromkeys(reasons))[:_MOST_REASONS]
    timed = [item for item in sightings if item.get("phases")]
    for item in timed[:3]:
        phases = [wording.say(name, time=latency(value, wording.language)) for name, value in item["phases"].items()]
        lines.append(wording.say("phases", check=item["check"], place=item["location"], phases=", ".join(phases)))
    return lines


def _reason(item: Mapping[str, Any], wording: Wording) -> str:
    kinds = REASONS.get(wording.language, SENTENCES)
    kind = FailureKind(item["kind"]) if item["kind"] else None
    sentence = wording.say("no_answer") if kind is None else kinds.get(kind, SENTENCES[kind])
    check = f"{item['check']}: {item['detail']}" if item["detail"] else item["check"]
    return wording.say("reason", sentence=sentence, check=check)


def _held(item: Item, wording: Wording) -> list[str]:
    kind = kind_of(item.held)
    if kind is None or kind is Hold.WAIT:
        return []
    cause = item.held.partition(":")[2]
    return [wording.say(f"after_{kind}", name=wording.plan.name(cause))]


def _left(standing: Allowed, wording: Wording) -> str:
    month, budget = month_name(standing.month, wording.language), left_time(standing.budget, wording.language)
    if standing.left < 0:
        return wording.say("spent", month=month, budget=budget, over=wording.used(-standing.left))
    return wording.say("left", month=month, left=left_time(standing.left, wording.language), budget=budget)


def _recovery(item: Item, wording: Wording) -> list[str]:
    """How long it lasted, and what that cost of the month's allowance."""
    episode = item.episode
    if episode.recovered_at is None:
        return []
    if episode.withdrawn:
        return [wording.say("withdrawn", since=wording.moment(episode.start))]
    if episode.on.state is None:
        return [wording.say("since", since=wording.moment(episode.recovered_at))]
    length = episode.recovered_at - episode.start
    start, end = wording.moment(episode.start), wording.moment(episode.recovered_at)
    lines = [wording.say("lasted", start=start, end=end, length=wording.used(length))]
    standing = wording.allowed.get(episode.subject)
    if episode.on is On.DOWN and not episode.flapping and standing is not None and standing.budget:
        month, share = month_name(standing.month, wording.language), _share(length, standing)
        if standing.left < 0:
            lines.append(wording.say("cost_spent", share=share, month=month, over=wording.used(-standing.left)))
        else:
            left = left_time(standing.left, wording.language)
            lines.append(wording.say("cost", share=share, month=month, left=left))
    return lines


def _share(length: Seconds, standing: Allowed) -> str:
    """Whole percent, rounded up: time that was used is never made less."""
    return str(-(-length * 100 // standing.budget))


def _cut(title: str) -> str:
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1] + "…"
