"""What a hub says of its own trouble: what it is, what it costs, what is kept safe, and what to do about it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from monitor.core.alerting.own import Kept, Lasting, OwnLetter, OwnTrouble, Standing
from monitor.core.alerting.runs import Event
from monitor.core.alerting.wording import Wording
from monitor.core.alerting.words import Part, Said
from monitor.core.model import Seconds
from monitor.core.text import left_time, number

_BLIND = frozenset({OwnTrouble.DISK, OwnTrouble.DATABASE, OwnTrouble.HANGING})


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What goes into the words: the hub's name ("" for the only one), what it keeps, which parts of its work fail."""

    name: str = ""
    kept: Kept = field(default_factory=Kept)
    parts: Collection[str] = ()


def own_worded(letter: OwnLetter, standing: Standing, facts: OwnFacts, wording: Wording, now: Seconds) -> Said:
    """The message that a letter becomes. One part: several troubles are lines of it."""
    recovered = letter.event is Event.RECOVERED
    title = wording.say("own_well") if recovered else _title(letter, wording)
    named = (wording.say("own_named", name=facts.name),) if facts.name else ()
    lines = _over(letter, standing, facts, wording) if recovered else _going_on(letter, standing, facts, wording, now)
    part = Part(title, (*lines, *named), "Janji", "hub")
    links = ((wording.say("page", url="").rstrip(": "), wording.plan.url),) if wording.plan.url else ()
    return Said("success" if recovered else "failure", title, (part,), links, letter.event.value)


def _title(letter: OwnLetter, wording: Wording) -> str:
    title = wording.say(f"own_{letter.lasting[0].trouble}")
    if letter.event is Event.REMINDER:
        title = wording.say("still", title=title)
    others = len(letter.lasting) - 1
    return wording.say("more", title=title, count=others) if others else title


def _going_on(
    letter: OwnLetter, standing: Standing, facts: OwnFacts, wording: Wording, now: Seconds
) -> tuple[str, ...]:
    troubles = [item.trouble for item in letter.lasting]
    lines = [_since(item, wording, alone=len(letter.lasting) == 1) for item in letter.lasting]
    if _BLIND & {*troubles}:
        lines.append(wording.say("own_blind"))
    if OwnTrouble.SPOOL in troubles:
        lines.append(wording.say("own_spool_impact"))
    if OwnTrouble.FAILING in troubles:
        lines.append(wording.say("own_failing_impact", parts=wording.listed(sorted(facts.parts))))
    lines += _kept(standing, facts.kept, wording, now)
    return (*lines, *(wording.say(f"own_{trouble}_remedy") for trouble in troubles))


def _since(item: Lasting, wording: Wording, *, alone: bool) -> str:
    since = wording.say("since", since=wording.moment(item.since))
    return since if alone else f"{wording.say(f'own_{item.trouble}')}. {since}"


def _kept(standing: Standing, kept: Kept, wording: Wording, now: Seconds) -> list[str]:
    """How many results wait where, and how long there is room for more."""
    lines, length = [], now - standing.since
    for key, place, began in (
        ("own_spooled", kept.spool, standing.began.spool),
        ("own_in_memory", kept.memory, standing.began.memory),
    ):
        if not place.count:
            continue
        lasts, count = place.lasts(began, length), number(place.count, wording.language)
        if lasts is None:
            lines.append(wording.say(key, count=count))
        else:
            lines.append(wording.say(f"{key}_lasts", count=count, time=left_time(lasts, wording.language)))
    return lines + _dropped(standing, kept, wording)


def _dropped(standing: Standing, kept: Kept, wording: Wording) -> list[str]:
    dropped = kept.dropped - standing.began.dropped
    return [wording.say("own_dropped", count=number(dropped, wording.language))] if dropped > 0 else []


def _over(letter: OwnLetter, standing: Standing, facts: OwnFacts, wording: Wording) -> tuple[str, ...]:
    end = standing.until if standing.until is not None else standing.at
    start, length = standing.since, end - standing.since
    lasted = wording.say("lasted", start=wording.moment(start), end=wording.moment(end), length=wording.used(length))
    names = [wording.say(f"own_{item.trouble}") for item in letter.lasting]
    lines = [*(f"{name}." for name in names), lasted]
    if _BLIND & {item.trouble for item in letter.lasting}:
        lines.append(wording.say("own_taken_in"))
    return (*lines, *_dropped(standing, facts.kept, wording))
