"""Reports as messages: a title and the figures in a few lines, with the file attached."""

from collections.abc import Sequence

from monitor.core.account import Account
from monitor.core.alert import Attachment, Message
from monitor.core.ledger import Entry
from monitor.core.text import used_time
from monitor.reader.summary import Summary
from monitor.reader.told_incidents import NO_INCIDENTS, ToldIncidents
from monitor.reports import summary_text
from monitor.reports.paper import printed
from monitor.reports.review import Review, judged, review
from monitor.reports.review_text import figure, owed, sums, target, told
from monitor.reports.review_words import WORDS
from monitor.reports.rows import Row, row
from monitor.reports.statement import statement
from monitor.reports.statement_words import Words
from monitor.reports.summary_words import WORDS as SUMMARY_WORDS


def review_letter(
    accounts: Sequence[Account],
    head: Entry | None,
    incidents: ToldIncidents = NO_INCIDENTS,
    *,
    issuer: str,
    language: str,
) -> Message:
    """The review of a month for a channel."""
    words, found = WORDS[language], review(accounts, head, incidents)
    name = f"review-{found.label}.pdf"
    command = f"janji report {found.label} --review --pdf {name} --language {language}"
    content = printed(told(found, words), issuer=issuer)
    return Message(
        "info",
        words.say("letter_review", issuer=issuer, month=words.month(found.label)),
        "\n".join(_review_lines(found, words)),
        Attachment(name, content, words.say("no_files", command=command)),
    )


def statement_letter(account: Account, head: Entry | None, *, issuer: str, language: str) -> Message:
    """The statement of an agreement's month for a channel."""
    words, revision = WORDS[language], account.books.revision or 0
    name = f"{account.id}-{account.label}{f'-revision-{revision}' if revision else ''}.pdf"
    command = f"janji report {account.label} --pdf {name} --agreement {account.id} --language {language}"
    places = {"name": account.name, "month": words.month(account.label), "revision": str(revision)}
    lines = [_line(row(account), words)]
    if account.credit.share is not None:
        lines.append(words.say("letter_credit", credit=owed(account, words)))
    return Message(
        "info",
        words.say("letter_revised" if revision else "letter_statement", **places),
        "\n".join(lines),
        Attachment(
            name,
            statement(account, head, issuer=issuer, language=language),
            words.say("no_files", command=command),
        ),
    )


def summary_letter(found: Summary, *, issuer: str, language: str) -> Message:
    """A customer's month for a channel."""
    words, account = SUMMARY_WORDS[language], found.account
    name = f"summary-{account.id}-{account.label}.pdf"
    command = f"janji summary {account.id} {account.label} --pdf {name} --language {language}"
    lines = [_line(row(account), words), words.say("letter_incidents", count=str(len(found.incidents.items)))]
    return Message(
        "info",
        words.say("letter_summary", name=account.name, month=words.month(account.label)),
        "\n".join(lines),
        Attachment(
            name, printed(summary_text.told(found, words), issuer=issuer), words.say("no_files", command=command)
        ),
    )


def file_letter(title: str, name: str, content: bytes) -> Message:
    """Any other file that somebody sends by hand."""
    remedy = "This channel takes no files; name one that does."
    return Message("info", title, f"{name}, {len(content):,} bytes.", Attachment(name, content, remedy))


def _review_lines(found: Review, words: Words) -> list[str]:
    kept = [
        words.say("of", kept=str(good), all=str(all_))
        for good, all_ in (judged(found.components), judged(found.agreements))
    ]
    total = {"union": found.downtime.union, "added": found.downtime.added}
    times = {name: used_time(seconds, words.language, detail=True) for name, seconds in total.items()}
    lines = [
        words.say("letter_kept", components=kept[0], agreements=kept[1]),
        words.say("letter_down", **times),
        *(_line(each, words) for each in found.rows),
    ]
    amounts = sums(found, words)
    return [*lines, words.say("letter_credits", credits=amounts)] if amounts else lines


def _line(found: Row, words: Words) -> str:
    account = found.account
    places = {"name": account.name, "figure": figure(account, words)}
    if account.target is None:
        return words.say("letter_free", **places)
    outcome = words.say(found.outcome.value)
    return words.say("letter_line", target=target(account, words), outcome=outcome, **places)
