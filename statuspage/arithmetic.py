"""A month's arithmetic in words: the line of seconds, what is behind each of them, and what the target says."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from monitor.core.availability import Figure, Judgement
from monitor.core.model import Interval, Seconds
from monitor.core.text import left_seconds, number, percent, target_percent, used_seconds, used_time
from monitor.reader.views import Outlook, UptimeMonth, UptimeWindow
from statuspage.language import N_, Language
from statuspage.moments import Moments

MOST_LISTED = 20
"""Of longer lists the rest is counted and summed; the evidence holds every one."""

DOWN, UP, DEGRADED = N_("%(length)s down"), N_("%(length)s up"), N_("%(length)s degraded")
UNMEASURED, PLANNED = N_("%(length)s not measured"), N_("%(length)s planned maintenance")

OVERDRAWN, LEFT = N_("Overdrawn by %(length)s."), N_("%(length)s left.")
MISSED, KEPT = N_("Missed by %(length)s."), N_("Kept, %(length)s left.")


def lines_of(month: UptimeMonth, language: Language, moments: Moments) -> Iterator[str]:
    """Every line, most telling first."""
    figure = month.figure
    yield _seconds(month, language)
    yield _with_list(DOWN, figure.down_seconds, month.down, language, moments)
    yield f"{formula(figure, language)} {_judged(month, language)}".strip()
    if month.inferred:
        length = used_seconds(sum(item.length for item in month.inferred), language.wording)
        listed = _listed(month.inferred, language, moments)
        yield language.say("%(length)s of it inferred, as nobody saw a recovery: %(list)s", length=length, list=listed)
    if figure.degraded_seconds:
        length = used_seconds(figure.degraded_seconds, language.wording)
        yield language.say("%(length)s degraded: shown, not counted as downtime.", length=length)
    if month.gaps:
        yield _with_list(UNMEASURED, figure.unknown_seconds, month.gaps, language, moments)
    for window in month.windows:
        yield _window(window, language, moments)
    if month.corrected:
        listed = _listed(month.corrected, language, moments)
        yield language.say("Corrected, as our own measurement was wrong: %(list)s, not measured.", list=listed)
    if month.pending:
        listed = _listed(month.pending, language, moments)
        yield language.say("A correction waits to be decided, and changes nothing until then: %(list)s.", list=listed)
    if month.books.proposed:
        yield language.say("A revision is proposed by what came in later; until it is accepted, this figure stands.")
    yield from _measured(month, language)
    if month.outages:
        yield _resolution(month, language)


def formula(figure: Figure, language: Language) -> str:
    """`1 − 3,600 ÷ 2,592,000 = 99.8611 %.`"""
    if figure.availability is None:
        return language.say("Nothing was measured, so there is no figure.")
    down, measured = (number(part, language.wording) for part in (figure.down_seconds, figure.measured_seconds))
    return f"1 − {down} ÷ {measured} = {percent(figure.availability, language.wording)} %."


def _seconds(month: UptimeMonth, language: Language) -> str:
    figure = month.figure
    taken = [
        (N_("%(length)s out of service"), month.out_of_service_seconds),
        (N_("%(length)s still to come"), month.to_come_seconds),
        (PLANNED, figure.excluded_seconds),
        (UNMEASURED, figure.unknown_seconds),
    ]
    always = (PLANNED, UNMEASURED)
    parts = [_said(word, length, language) for word, length in taken if length or word in always]
    whole = _said(N_("%(length)s in the month"), month.bounds.length, language)
    measured = _said(N_("%(length)s measured"), figure.measured_seconds, language)
    return f"{' − '.join([whole, *parts])} = {measured}"


def _judged(month: UptimeMonth, language: Language) -> str:
    if month.target is None:
        return language.say("There is no target, so nothing is judged.")
    if month.allowed is None or (month.verdict is None and month.outlook is None):
        return ""
    used = month.figure.downtime_equivalent
    values = {
        "target": f"{target_percent(month.target, language.wording)} %",
        "allowed": left_seconds(month.allowed, language.wording),
    }
    if month.verdict is None:
        said = language.say("Allowed in the whole month at %(target)s: %(allowed)s.", **values)
        return f"{said} {_rest(month.allowed - used, OVERDRAWN, LEFT, language)}{_outlook(month, language)}"
    said = language.say("Allowed at %(target)s: %(allowed)s.", **values)
    if month.verdict is Judgement.INDETERMINATE:
        return f"{said} {_rest(month.allowed - used, OVERDRAWN, LEFT, language)}{_doubt(month, language)}"
    return f"{said} {_rest(month.allowed - used, MISSED, KEPT, language)}"


def _rest(left: Fraction, over: str, kept: str, language: Language) -> str:
    if left < 0:
        return language.say(over, length=used_seconds(-left, language.wording))
    return language.say(kept, length=left_seconds(left, language.wording))


def _outlook(month: UptimeMonth, language: Language) -> str:
    if month.outlook is not Outlook.AT_RISK:
        return ""
    return " " + language.say("At the pace so far it would not last the month.")


def _doubt(month: UptimeMonth, language: Language) -> str:
    lower, upper = month.figure.lower, month.figure.upper
    if lower is None or upper is None:
        return ""
    return " " + language.say(
        "Not proven either way: with what was not measured it lies between %(lower)s and %(upper)s.",
        lower=f"{percent(lower, language.wording)} %",
        upper=f"{percent(upper, language.wording)} %",
    )


def _window(window: UptimeWindow, language: Language, moments: Moments) -> str:
    period, ahead = moments.period(window.start, window.end), window.start - window.announced_at
    named = language.say("Maintenance %(period)s, %(title)s", period=period, title=window.title)
    if not window.title:
        named = language.say("Maintenance %(period)s", period=period)
    if ahead <= 0:
        fate = language.say("announced after its start: time down counts")
    elif window.excluded is None:
        fate = language.say("announced late: time down counts")
    else:
        announced = language.count("announced %(n)d day ahead", "announced %(n)d days ahead", ahead // 86_400)
        fate = language.say("%(announced)s, does not count", announced=announced)
    return f"{named}: {fate}."


def _measured(month: UptimeMonth, language: Language) -> Iterator[str]:
    """The plain figure beside the contractual one, and what reconciles them; only where they differ."""
    figure, plain = month.figure, month.plain
    if plain.availability == figure.availability:
        return
    changed = (
        (DOWN, plain.down_seconds - figure.down_seconds),
        (DEGRADED, plain.degraded_seconds - figure.degraded_seconds),
        (UP, plain.up_seconds - figure.up_seconds),
        (UNMEASURED, plain.unknown_seconds - figure.unknown_seconds),
    )
    parts = language.join([_said(word, length, language) for word, length in changed if length])
    yield language.say(
        "Measured, with nothing excluded: %(formula)s The maintenance that does not count held %(parts)s.",
        formula=formula(plain, language),
        parts=parts,
    )


def _resolution(month: UptimeMonth, language: Language) -> str:
    if not month.every:
        return language.say("The downtime is as the vendor reported it; we do not measure this service.")
    return language.count(
        "%(n)d outage × one check every %(every)s: the downtime is known to within %(length)s.",
        "%(n)d outages × one check every %(every)s: the downtime is known to within %(length)s.",
        month.outages,
        every=used_seconds(month.every, language.wording),
        length=used_seconds(month.outages * month.every, language.wording),
    )


def _said(message: str, length: Seconds, language: Language) -> str:
    return language.say(message, length=used_seconds(length, language.wording))


def _with_list(
    message: str, length: Seconds, intervals: Sequence[Interval], language: Language, moments: Moments
) -> str:
    said = _said(message, length, language)
    return f"{said}: {_listed(intervals, language, moments)}" if intervals else said


def _listed(intervals: Sequence[Interval], language: Language, moments: Moments) -> str:
    shown, rest = intervals[:MOST_LISTED], intervals[MOST_LISTED:]
    pieces = [
        f"{moments.period(item.start, item.end)} ({used_time(item.length, language.wording, detail=True)})"
        for item in shown
    ]
    if rest:
        length = used_seconds(sum(item.length for item in rest), language.wording)
        pieces.append(language.say("and %(n)s more (%(length)s)", n=len(rest), length=length))
    return ", ".join(pieces)
