"""What vouches for a statement's figure: the same as it was measured, the books, and how it was made."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.books import Stage
from monitor.core.ledger import Entry
from monitor.core.text import exactly, number, percent
from monitor.core.vendor import in_force
from monitor.reports.explanation import changes
from monitor.reports.statement_parts import Block
from monitor.reports.statement_words import Words


def measured(account: Account, words: Words) -> Block:
    """The plain figure beside the contractual one, and what goes from the one to the other."""
    return Block(words.say("As measured, and by contract"), sentences=tuple(_reconciled(account, words)))


def _reconciled(account: Account, words: Words) -> Iterator[str]:
    plain, language = account.plain, words.language
    if plain.availability is None:
        yield words.say("no data").capitalize() + "."
        return
    changed = [(name, seconds) for name, seconds in changes(account) if seconds]
    if not changed:
        yield words.say("plain_same")
        return
    lost, of = exactly(plain.downtime_equivalent, language), number(plain.measured_seconds, language)
    yield words.say("plain", lost=lost, measured=of, figure=percent(plain.availability, language))
    listed = (f"{words.say(name)} {'+' if each > 0 else '−'}{number(abs(each), language)}" for name, each in changed)
    yield words.say("plain_changes", listed=", ".join(listed))


def books(account: Account, head: Entry | None, words: Words, zone: ZoneInfo) -> Block:
    """Of a closed month only what was known when it was closed, so that the file stays the same."""
    closing, sentences = account.books.closing, []
    if closing is None:
        name = "books_running" if account.books.stage is Stage.RUNNING else "books_provisional"
        sentences.append(words.say(name, at=words.moment(account.settled.end, zone)))
        if head is not None:
            sentences.append(words.say("head", number=str(head.number), digest=head.digest))
        return Block(words.say("Books and proof"), sentences=tuple(sentences), size=7.5)
    seal = closing.seal
    places = {"at": words.moment(closing.at, zone), "number": "–" if seal is None else str(seal.number)}
    if closing.revision:
        said = words.say("books_revised", revision=str(closing.revision), reason=closing.reason or "–", **places)
    else:
        said = words.say("books_closed", **places)
    sentences += [said, words.say("digest", digest=closing.digest)]
    if seal is not None:
        sentences.append(words.say("head", number=str(seal.number), digest=seal.digest))
    return Block(words.say("Books and proof"), sentences=tuple(sentences), size=7.5)


def method(account: Account, words: Words) -> Block:
    checked = words.say("method_1", every=str(account.every)) if account.every else words.say("method_0")
    sentences = (checked, *_reported(account, words), words.say("method_2"), words.say("method_3"))
    return Block(words.say("Method"), sentences=sentences, size=7.5)


def _reported(account: Account, words: Words) -> Iterator[str]:
    """Of each component that is not probed: whose word its seconds are."""
    zone = ZoneInfo(account.zone)
    for part in account.parts:
        found = in_force(part.reports, account.month) if part.reported else []
        for report, _ in found:
            at = words.moment(report.entered_at, zone)
            yield words.say("reported", component=part.name, source=report.source, by=report.entered_by, at=at)
        if part.reported and part.unreported(account.month):
            yield words.say("unreported", component=part.name)
