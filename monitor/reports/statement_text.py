"""What a statement says, block by block, in one language. All numbers are the account's; layout is elsewhere."""

from collections.abc import Iterator
from math import floor
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.availability import Judgement, allowed, met, verdict
from monitor.core.credit import Bands, CreditState, Slope, band_of, counted_percent, missing_percent
from monitor.core.decision import Case, RequestType, Status
from monitor.core.interval import intersect, seconds_in
from monitor.core.ledger import Entry
from monitor.core.model import Interval
from monitor.core.text import exactly, left_time, money, number, percent, target_percent, used_time
from monitor.reports.explanation import ExplainedOutage, ExplainedWindow, Explanation, explain
from monitor.reports.rows import Outcome
from monitor.reports.statement_parts import Block, Card, Told, Tone
from monitor.reports.statement_proof import books, measured, method
from monitor.reports.statement_words import Words
from monitor.reports.witnesses import unasked

_TONES = {
    Outcome.MET: Tone.GOOD,
    Outcome.ON_TRACK: Tone.GOOD,
    Outcome.BREACHED: Tone.BAD,
    Outcome.LOST: Tone.BAD,
}


def told(account: Account, head: Entry | None, words: Words) -> Told:
    """Everything that an agreement's statement says."""
    zone, opened = ZoneInfo(account.zone), explain(account, unasked)
    blocks = [_figure(opened, words), measured(account, words), credit_block(account, words)]
    blocks += [_outages(opened, words, zone), _windows(opened, words, zone)]
    if account.cases:
        blocks.append(_cases(account, words, zone))
    blocks += [books(account, head, words, zone), method(account, words)]
    components = " + ".join(part.name for part in account.parts)
    start, end = (words.moment(each, zone) for each in (account.month.start, account.month.end))
    return Told(
        title=words.say("Service level statement" if account.final else "Interim statement"),
        month=words.month(account.label),
        customer=account.name,
        subject=words.say("subject", id=account.id, components=components),
        period=words.say("period", start=start, end=end, zone=account.zone),
        cards=tuple(cards(opened, words)),
        blocks=tuple(blocks),
        footer=f"{account.id} · {account.label}",
        words=words,
    )


def cards(opened: Explanation, words: Words) -> Iterator[Card]:
    """The figures that matter to the customer."""
    account, language, figure = opened.account, words.language, opened.account.figure
    if figure.availability is None:
        yield Card(words.say("Availability"), words.say("no data"), tone=Tone.OPEN)
    else:
        yield Card(words.say("Availability"), f"{percent(figure.availability, language)} %")
    target = account.target
    yield Card(words.say("Target"), "–" if target is None else f"{target_percent(target, language)} %")
    outcome = opened.row.outcome
    yield Card(
        words.say("Verdict" if account.final else "Outlook"),
        words.say(outcome.value).capitalize(),
        tone=_TONES.get(outcome, Tone.OPEN),
    )
    owed, currency = account.credit, account.credit_terms.currency
    if owed.share is None:
        open_ = owed.state is CreditState.NEEDS_DECISION
        value = words.say(owed.state.value).capitalize() if open_ else "–"
        yield Card(words.say("Credit"), value, tone=Tone.OPEN if open_ else Tone.PLAIN)
    elif owed.amount is None or currency is None:
        yield Card(words.say("Credit"), f"{target_percent(owed.share, language)} %")
    else:
        share = f"{target_percent(owed.share, language)} %"
        yield Card(words.say("Credit"), money(owed.amount, currency, language), share)


def _figure(opened: Explanation, words: Words) -> Block:
    """The line of seconds, one under the other."""
    account, figure, language = opened.account, opened.account.figure, words.language

    def line(name: str, seconds: int, sign: str = "") -> tuple[str, str, str]:
        return words.say(name), f"{sign}{number(seconds, language)}", used_time(seconds, language, detail=True)

    lines = [line("In the month", account.month.length)]
    if opened.out_of_service:
        lines.append(line("Out of service", opened.out_of_service, "− "))
    if opened.to_come:
        lines.append(line("Still to come", opened.to_come, "− "))
    lines.append(line("Excluded", figure.excluded_seconds, "− "))
    lines.append(line("Not measured", figure.unknown_seconds, "− "))
    lines.append(measured := line("Measured", figure.measured_seconds, "= "))
    lines.append(line("Down", figure.down_seconds))
    if figure.degraded_seconds:
        lines.append(line("Degraded", figure.degraded_seconds))
    if figure.degraded_seconds and figure.degraded_weight:
        lost, name = figure.downtime_equivalent, words.say("downtime", weight=exactly(figure.degraded_weight, language))
        lines.append((name, f"= {exactly(lost, language)}", used_time(lost, language, detail=True)))
    if account.target is not None and account.final:
        spare = floor(allowed(figure, account.target))
        share = target_percent(account.target, language)
        lines.append((words.say("allowed", target=share), number(spare, language), left_time(spare, language)))
    unit = {"id": "detik"}.get(language, "seconds")
    return Block(
        words.say("How the figure is made"),
        sentences=tuple(_formula(account, words)),
        head=("", unit, ""),
        lines=tuple(lines),
        widths=(6, 3, 3),
        right=frozenset({1, 2}),
        strong=(measured,),
    )


def _formula(account: Account, words: Words) -> Iterator[str]:
    figure, language = account.figure, words.language
    if figure.availability is None:
        yield words.say("no data").capitalize() + "."
        return
    fraction = f"1 − {exactly(figure.downtime_equivalent, language)} ÷ {number(figure.measured_seconds, language)}"
    yield f"{words.say('Availability')} = {fraction} = {percent(figure.availability, language)} %"
    proven = None if account.target is None else verdict(figure, account.target)
    if account.final and proven is Judgement.INDETERMINATE and figure.lower is not None and figure.upper is not None:
        low, high = percent(figure.lower, language), percent(figure.upper, language)
        yield words.say("approximate", low=low, high=high)


def credit_block(account: Account, words: Words) -> Block:
    """What is owed, and how it was looked up."""
    return Block(words.say("Credit"), sentences=tuple(_credit_sentences(account, words)))


def _credit_sentences(account: Account, words: Words) -> Iterator[str]:
    owed, terms, language = account.credit, account.credit_terms, words.language
    simple = {
        CreditState.NOT_AGREED: "no_credit",
        CreditState.RUNNING: "not_yet",
        CreditState.NEEDS_DECISION: "undecided",
    }
    if owed.state in simple:
        yield words.say(simple[owed.state])
    if owed.share is None or account.target is None:
        return
    if met(account.figure, account.target):
        yield words.say("met_nothing", target=target_percent(account.target, language))
        return
    yield from _looked_up(account, words)
    share = target_percent(owed.share, language)
    if terms.round_fee is None or terms.currency is None or owed.amount is None:
        yield words.say("owed_share", share=share)
        return
    fee, amount = (money(each, terms.currency, language) for each in (terms.round_fee, owed.amount))
    yield words.say("owed", share=share, fee=fee, amount=amount)


def _looked_up(account: Account, words: Words) -> Iterator[str]:
    schedule, exact, language = account.credit_terms.schedule, account.figure.availability, words.language
    if schedule is None or exact is None:
        return
    figure = percent(exact, language)
    if isinstance(schedule, Slope):
        missing, counted = missing_percent(exact, schedule), counted_percent(exact, schedule)
        places = {"missing": missing / 100, "counted": counted / 100, "below": schedule.below, "per": schedule.per}
        said = {name: target_percent(value, language) for name, value in places.items()}
        yield words.say("slope", figure=figure, **said)
        whole = counted * schedule.per
    else:
        band = band_of(exact, Bands(schedule.bands))
        if band is None:
            yield words.say("no_band", figure=figure)
            return
        low, high, share = (target_percent(each, language) for each in (band.low, band.high, band.share))
        yield words.say("band", figure=figure, low=low, high=high, share=share)
        whole = band.share
    if schedule.cap is not None and whole > schedule.cap:
        yield words.say("capped", cap=target_percent(schedule.cap, language))


def _outages(opened: Explanation, words: Words, zone: ZoneInfo) -> Block:
    title = words.say("Outages")
    if not opened.outages:
        return Block(title, sentences=(words.say("No outage in this month."),))
    head = tuple(words.say(each) for each in ("From", "To", "Component", "Counted", "Remark"))
    lines = tuple(_outage(item, opened.account, words, zone) for item in opened.outages)
    return Block(title, head=head, lines=lines, widths=(16, 16, 18, 10, 14), right=frozenset({3}))


def _outage(item: ExplainedOutage, account: Account, words: Words, zone: ZoneInfo) -> tuple[str, ...]:
    remarks = [words.say("began_before")] if item.carried else []
    if item.ongoing:
        remarks.append(words.say("going_on"))
    if item.short:
        least = used_time(account.min_outage, words.language, detail=True)
        remarks.append(words.say("short", least=least))
    names = {part.component: part.name for part in account.parts}
    return (
        *_period(item.cut, words, zone),
        " + ".join(names[each] for each in item.components),
        used_time(item.counted, words.language, detail=True),
        ", ".join(remarks),
    )


def _windows(opened: Explanation, words: Words, zone: ZoneInfo) -> Block:
    title = words.say("Planned maintenance")
    if not opened.windows:
        return Block(title, sentences=(words.say("No maintenance in this month."),))
    head = tuple(words.say(each) for each in ("From", "To", "Component", "Excluded", "Remark"))
    lines = tuple(_window(item, opened.account, words, zone) for item in opened.windows)
    return Block(title, head=head, lines=lines, widths=(16, 16, 16, 10, 18), right=frozenset({3}))


def _window(item: ExplainedWindow, account: Account, words: Words, zone: ZoneInfo) -> tuple[str, ...]:
    names = {part.component: part.name for part in account.parts}
    ahead = left_time(max(item.ahead, 0), words.language)
    inside = seconds_in(intersect([item.excluded], [account.month])) if item.excluded is not None else 0
    if item.beyond is not None:
        cap = used_time(account.maintenance_cap or 0, words.language, detail=True)
        over = used_time(item.beyond.length, words.language, detail=True)
        fate = words.say("window_capped", ahead=ahead, over=over, cap=cap)
    elif item.excluded is not None:
        fate = words.say("window_excluded", ahead=ahead)
    elif "maintenance" not in account.excludes:
        fate = words.say("window_never")
    else:
        needed = left_time(account.notice, words.language)
        fate = words.say("window_late", ahead=ahead, needed=needed) if item.ahead >= 0 else words.say("window_after")
    notice = item.window.notice
    return (
        *_period(Interval(notice.start, notice.end), words, zone),
        names[item.window.component],
        used_time(inside, words.language, detail=True),
        fate,
    )


def _cases(account: Account, words: Words, zone: ZoneInfo) -> Block:
    head = tuple(words.say(each) for each in ("From", "To", "Component", "Time", "Remark"))
    names = {part.component: part.name for part in account.parts}
    lines = tuple(
        (
            *_period(case.request.period, words, zone),
            names[case.request.component],
            used_time(seconds_in(account.taken(case)), words.language, detail=True),
            f"{words.say(case.request.kind.replace('_', ' '))}: {words.say(_fate(case))}",
        )
        for case in account.cases
    )
    title = words.say("Exclusions and corrections")
    return Block(title, head=head, lines=lines, widths=(16, 16, 16, 10, 18), right=frozenset({3}))


def _fate(case: Case) -> str:
    """What became of a request, and of its time."""
    if case.status is not Status.APPROVED:
        return case.status.value
    return "taken_unknown" if case.request.type is RequestType.CORRECTION else "taken_excluded"


def _period(period: Interval, words: Words, zone: ZoneInfo) -> tuple[str, str]:
    return words.moment(period.start, zone), words.moment(period.end, zone)
