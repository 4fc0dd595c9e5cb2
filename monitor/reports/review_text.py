"""What the review says, block by block, in one language; `paper` lays it out, the terminal prints the same blocks."""

from collections.abc import Iterator
from fractions import Fraction
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.interval import intersect, seconds_in
from monitor.core.model import Seconds
from monitor.core.text import left_time, money, number, percent, target_percent, used_time
from monitor.reports import credits, incident_block
from monitor.reports.explanation import ExplainedOutage, Explanation
from monitor.reports.review import Planned, Review, judged
from monitor.reports.rows import Row
from monitor.reports.statement_parts import Block, Card, Told, Tone
from monitor.reports.statement_words import Words

_SHOWN = 16
"""Of a digest so many letters are printed: enough to find it by."""


def told(review: Review, words: Words) -> Told:
    """Everything that the review says."""
    first = review.first
    start, end = (words.moment(each, ZoneInfo(first.zone)) for each in (first.month.start, first.month.end))
    counts = {"components": str(len(review.components)), "agreements": str(len(review.agreements))}
    blocks = [_components(review, words), _agreements(review, words), _breaches(review, words)]
    incidents = incident_block.block(review.incidents, words, ZoneInfo(first.zone))
    blocks += [incidents, _downtime(review, words), _outages(review, words), _maintenance(review, words)]
    if review.cases:
        blocks.append(_cases(review, words))
    blocks += [_measured(review, words), _books(review, words)]
    return Told(
        title=words.say("Monthly review" if review.final else "Interim review"),
        month=words.month(review.label),
        customer=words.say("heading"),
        subject=words.say("review_subject", zone=first.zone, **counts),
        period=words.say("period", start=start, end=end, zone=first.zone),
        cards=tuple(_cards(review, words)),
        blocks=tuple(blocks),
        footer=words.say("review_footer", month=words.month(review.label)),
        words=words,
    )


def figure(account: Account, words: Words) -> str:
    """`99.8652 %`, or that there is no data."""
    found = account.figure.availability
    return words.say("no data") if found is None else f"{percent(found, words.language)} %"


def target(account: Account, words: Words) -> str:
    return "–" if account.target is None else f"{target_percent(account.target, words.language)} %"


def owed(account: Account, words: Words) -> str:
    """The credit: `5 % = 50.00 USD`, that it has to be decided, or a dash."""
    return words.say(credits.cell(account, words.language))


def sums(review: Review, words: Words) -> str:
    """What is owed in all, by currency: `5.01 USD + 1,200 JPY`; empty where no amount is known."""
    found = {currency: amount for currency, amount in review.credits.items() if amount} or review.credits
    return " + ".join(money(amount, currency, words.language) for currency, amount in found.items())


def _cards(review: Review, words: Words) -> Iterator[Card]:
    for name, found in (("Components", review.components), ("Agreements", review.agreements)):
        kept, all_ = judged(found)
        tone = Tone.PLAIN if not all_ else Tone.GOOD if kept == all_ else Tone.BAD
        value = words.say("of", kept=str(kept), all=str(all_)) if all_ else "–"
        note = words.say(("met_note" if review.final else "track_note") if all_ else "none_judged")
        yield Card(words.say(name), value, note, tone)
    yield Card(words.say("Downtime"), _time(review.downtime.union, words), words.say("union_note"))
    note = words.say("decide_note", count=str(review.undecided)) if review.undecided else words.say("owed_note")
    yield Card(words.say("Credits"), sums(review, words) or "–", note, Tone.OPEN if review.undecided else Tone.PLAIN)


def _components(review: Review, words: Words) -> Block:
    names = ("Component", "Target", "Availability", "Verdict", "Downtime", "Allowed", "Coverage")
    lines = tuple(_judged(item.row, words, item.account.name) for item in review.components)
    return Block(
        words.say("Components and objectives"),
        sentences=(words.say("why_coverage"),),
        head=tuple(words.say(each) for each in names),
        lines=lines,
        widths=(19, 9, 14, 17, 14, 15, 13),
        right=frozenset({1, 2, 4, 5, 6}),
    )


def _judged(row: Row, words: Words, name: str) -> tuple[str, ...]:
    account, language = row.account, words.language
    coverage = account.figure.coverage
    return (
        name,
        target(account, words),
        figure(account, words),
        words.say(row.outcome.value).capitalize(),
        used_time(account.figure.downtime_equivalent, language, detail=True),
        "–" if row.allowed is None else left_time(row.allowed, language, detail=True),
        "–" if coverage is None else f"{percent(coverage, language)} %",
    )


def _agreements(review: Review, words: Words) -> Block:
    if not review.agreements:
        return Block(words.say("Agreements"), sentences=(words.say("no_agreements"),))
    names = ("Agreement", "Target", "Availability", "Verdict", "Downtime", "Credit")
    lines = tuple(
        (*_judged(item.row, words, f"{item.account.name} ({item.account.id})")[:-2], owed(item.account, words))
        for item in review.agreements
    )
    return Block(
        words.say("Agreements"),
        head=tuple(words.say(each) for each in names),
        lines=lines,
        widths=(18, 9, 14, 16, 14, 30),
        right=frozenset({1, 2, 4, 5}),
    )


def _breaches(review: Review, words: Words) -> Block:
    title = words.say("Breaches")
    if not review.broken:
        return Block(title, sentences=(words.say("no_breach"),))
    names = ("Service", "Target", "Availability", "Over the allowance", "Credit")
    lines = tuple(
        (
            row.account.name,
            target(row.account, words),
            figure(row.account, words),
            "–" if row.left is None else used_time(max(-row.left, Fraction(0)), words.language, detail=True),
            owed(row.account, words) if row.account.agreement else "–",
        )
        for row in review.broken
    )
    head = tuple(words.say(each) for each in names)
    return Block(title, head=head, lines=lines, widths=(24, 10, 15, 18, 27), right=frozenset({1, 2, 3, 4}))


def _downtime(review: Review, words: Words) -> Block:
    """Each component, all added up, and the union: with the line that says how they go together."""
    total, language = review.downtime, words.language

    def line(name: str, seconds: Seconds, sign: str = "") -> tuple[str, str, str]:
        return name, f"{sign}{number(seconds, language)}", _time(seconds, words)

    parts = [line(item.account.name, each) for item, each in zip(review.components, total.parts, strict=True)]
    added = line(words.say("Added up"), total.added, "= ")
    overlap = line(words.say("Counted more than once"), total.overlap, "− ")
    whole = line(words.say("At least one component down"), total.union, "= ")
    places = {"added": total.added, "overlap": total.overlap, "union": total.union}
    said = {name: number(value, language) for name, value in places.items()}
    return Block(
        words.say("Total downtime"),
        sentences=(words.say("adds_up", **said),),
        head=(words.say("Component"), words.say("seconds"), ""),
        lines=(*parts, added, overlap, whole),
        widths=(34, 16, 30),
        right=frozenset({1}),
        strong=(added, whole),
        together=True,
    )


def _outages(review: Review, words: Words) -> Block:
    title = words.say("Outages by component")
    lines = tuple(_outage(opened, item, words) for opened in review.components for item in opened.outages)
    if not lines:
        return Block(title, sentences=(words.say("no_outages"),))
    head = tuple(words.say(each) for each in ("Component", "From", "To", "Counted", "Remark"))
    return Block(title, head=head, lines=lines, widths=(20, 17, 17, 12, 16), right=frozenset({3}))


def _outage(opened: Explanation, item: ExplainedOutage, words: Words) -> tuple[str, ...]:
    zone = ZoneInfo(opened.account.zone)
    marks = ((item.carried, "began_before"), (item.ongoing, "going_on"))
    remarks = [words.say(name) for holds, name in marks if holds]
    if excluded := seconds_in(intersect([item.cut], opened.account.combination.excluded)):
        remarks.append(words.say("left_out", time=_time(excluded, words)))
    return (
        opened.account.name,
        words.moment(item.cut.start, zone),
        words.moment(item.cut.end, zone),
        _time(item.counted, words),
        ", ".join(remarks),
    )


def _maintenance(review: Review, words: Words) -> Block:
    title = words.say("Planned maintenance")
    if not review.maintenance:
        return Block(title, sentences=(words.say("No maintenance in this month."),))
    names = ("Component", "From", "To", "Planned", "Excluded", "Overrun", "Remark")
    seconds = {
        "good": review.maintenance_seconds(in_time=True),
        "late": review.maintenance_seconds(in_time=False),
        "overrun": review.overrun_seconds,
    }
    return Block(
        title,
        sentences=(words.say("planned_total", **{name: _time(each, words) for name, each in seconds.items()}),),
        head=tuple(words.say(each) for each in names),
        lines=tuple(_window(item, words) for item in review.maintenance),
        widths=(17, 15, 15, 11, 13, 11, 14),
        right=frozenset({3, 4, 5}),
    )


def _window(item: Planned, words: Words) -> tuple[str, ...]:
    zone, notice = ZoneInfo(item.account.zone), item.window.notice
    return (
        item.account.name,
        words.moment(notice.start, zone),
        words.moment(notice.end, zone),
        _time(item.planned.length, words),
        _time(item.excluded, words),
        _time(item.overrun, words),
        words.say("in time" if item.in_time else "too late"),
    )


def _cases(review: Review, words: Words) -> Block:
    head = tuple(words.say(each) for each in ("Request", "Component", "From", "To", "Kind", "State", "Counted"))
    lines = []
    for account, case in review.cases:
        request, zone = case.request, ZoneInfo(account.zone)
        names = {part.component: part.name for part in account.parts}
        lines.append(
            (
                request.id,
                names[request.component],
                words.moment(request.start, zone),
                words.moment(request.end, zone),
                words.say(request.kind.replace("_", " ")),
                words.say(case.status.value),
                _time(seconds_in(account.taken(case)), words),
            )
        )
    return Block(
        words.say("Exclusions and corrections"),
        sentences=(words.say("pending_note"),),
        head=head,
        lines=tuple(lines),
        widths=(12, 16, 15, 15, 15, 12, 11),
        right=frozenset({6}),
    )


def _measured(review: Review, words: Words) -> Block:
    names = ("Service", "Not measured", "Excluded", "As measured", "Contractual")
    lines = []
    for item in review.opened:
        counted, plain = item.account.figure, item.account.plain.availability
        measured = words.say("no data") if plain is None else f"{percent(plain, words.language)} %"
        times = (_time(counted.unknown_seconds, words), _time(counted.excluded_seconds, words))
        lines.append((item.account.name, *times, measured, figure(item.account, words)))
    return Block(
        words.say("Measured and contractual"),
        sentences=(words.say("why_counted"),),
        head=tuple(words.say(each) for each in names),
        lines=tuple(lines),
        widths=(26, 16, 16, 16, 16),
        right=frozenset({1, 2, 3, 4}),
    )


def _books(review: Review, words: Words) -> Block:
    """Of closed books only what was known when they were closed, so that the file stays the same."""
    sentences = [words.say("sealed_books" if review.sealed else "open_books")]
    free = [item.account.name for item in review.opened if item.account.target is None]
    if free:
        sentences.append(words.say("never_closed", names=", ".join(free)))
    if review.head is not None and not review.sealed:
        sentences.append(words.say("head", number=str(review.head.number), digest=review.head.digest))
    lines = []
    for item in review.opened:
        books = item.account.books
        if item.account.target is not None:
            stage = words.say(books.stage.value, revision=str(books.revision or 0))
            lines.append((item.account.name, stage, "–" if books.digest is None else f"{books.digest[:_SHOWN]}…"))
    title, head = words.say("Books and proof"), tuple(words.say(each) for each in ("Service", "Books", "Digest"))
    return Block(title, tuple(sentences), head=head if lines else (), lines=tuple(lines), widths=(30, 20, 30), size=7.5)


def _time(seconds: Seconds, words: Words) -> str:
    return used_time(seconds, words.language, detail=True)
