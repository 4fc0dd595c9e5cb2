"""A customer's monthly summary, block by block in one language, and as JSON values."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.core.availability import add
from monitor.core.model import Milliseconds
from monitor.core.text import number, percent, used_time
from monitor.reader.summary import Served, Summary
from monitor.reports import incident_block
from monitor.reports.explanation import explain
from monitor.reports.review_text import figure, owed, target
from monitor.reports.rows import facts, outcome, row
from monitor.reports.statement_parts import Block, Told
from monitor.reports.statement_text import cards, credit_block
from monitor.reports.statement_words import Words
from monitor.reports.witnesses import unasked


def told(summary: Summary, words: Words) -> Told:
    """Everything that the summary says."""
    account = summary.account
    zone = ZoneInfo(account.zone)
    start, end = (words.moment(each, zone) for each in (account.month.start, account.month.end))
    components = " + ".join(part.name for part in account.parts)
    incidents = incident_block.block(summary.incidents, words, zone)
    blocks = (_services(summary, words), incidents, credit_block(account, words))
    return Told(
        title=words.say("Monthly summary"),
        month=words.month(account.label),
        customer=account.name,
        subject=words.say("subject", id=account.id, components=components),
        period=words.say("period", start=start, end=end, zone=account.zone),
        cards=tuple(cards(explain(account, unasked), words)),
        blocks=(*blocks, _trend(summary, words), _as_of(summary, words, zone)),
        footer=f"{account.id} · {account.label}",
        words=words,
    )


def document(summary: Summary, language: str) -> dict[str, object]:
    """The same as JSON values: the figures of `report --json`, and what the customer is told beside them."""
    return {
        **facts(row(summary.account)),
        "services": [_service_document(item) for item in summary.services],
        **incident_block.document(summary.incidents, language),
        "trend": [facts(row(each)) for each in summary.trend],
    }


def _services(summary: Summary, words: Words) -> Block:
    names = ("Component", "Availability", "Downtime", "Outages", "Median response", "95 % within")
    return Block(
        words.say("Services"),
        sentences=(words.say("together"), words.say("times_note")),
        head=tuple(words.say(each) for each in names),
        lines=tuple(_service(item, words) for item in summary.services),
        widths=(24, 14, 15, 11, 17, 15),
        right=frozenset({1, 2, 3, 4, 5}),
    )


def _service(item: Served, words: Words) -> tuple[str, ...]:
    account = item.account
    return (
        account.name,
        figure(account, words),
        used_time(account.figure.downtime_equivalent, words.language, detail=True),
        str(len(account.outages)),
        _took(item.times.p50_ms, words),
        _took(item.times.p95_ms, words),
    )


def _took(time: Milliseconds | None, words: Words) -> str:
    return "–" if time is None else f"{number(time, words.language)} ms"


def _trend(summary: Summary, words: Words) -> Block:
    names = ("Month", "Target", "Availability", "Verdict", "Downtime", "Credit")
    lines = tuple(
        (
            words.month(each.label),
            target(each, words),
            figure(each, words),
            words.say(outcome(each).value).capitalize(),
            used_time(each.figure.downtime_equivalent, words.language, detail=True),
            owed(each, words),
        )
        for each in summary.trend
    )
    return Block(
        words.say("The last months"),
        sentences=tuple(_sum(summary, words)),
        head=tuple(words.say(each) for each in names),
        lines=lines,
        widths=(19, 9, 14, 17, 14, 28),
        right=frozenset({1, 2, 4, 5}),
    )


def _sum(summary: Summary, words: Words) -> Iterator[str]:
    found = add([each.figure for each in summary.trend]).availability
    if len(summary.trend) > 1 and found is not None:
        yield words.say("sum_note", figure=f"{percent(found, words.language)} %")


def _as_of(summary: Summary, words: Words, zone: ZoneInfo) -> Block:
    account = summary.account
    said = words.say("as_of", at=words.moment(account.settled.end, zone), zone=account.zone)
    return Block(words.say("Method"), sentences=(said, words.say("method_2")), size=7.5)


def _service_document(item: Served) -> dict[str, object]:
    found, times = item.account.figure, item.times
    return {
        "id": item.account.id,
        "name": item.account.name,
        "availability_percent_trunc4": None if found.availability is None else percent(found.availability),
        "measured_seconds": found.measured_seconds,
        "down_seconds": found.down_seconds,
        "outages": len(item.account.outages),
        "answers": times.count,
        "p50_ms": times.p50_ms,
        "p95_ms": times.p95_ms,
    }
