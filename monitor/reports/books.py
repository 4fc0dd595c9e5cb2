"""Where a month's books are, in words and as JSON values: closed by whom, and what proposes a revision."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from monitor.core.account import Account
from monitor.core.books import Stage, worded
from monitor.core.calendar import format_instant
from monitor.reports.words import dated

SHOWN = 3
"""Of the facts that propose a revision this many are told in a line; `janji verify` names all."""


def stage(account: Account) -> str:
    """`closed`, `revised 2`, `provisional`, `running`."""
    books = account.books
    return f"{books.stage} {books.revision}" if books.revision else books.stage.value


def lines(account: Account) -> Iterator[str]:
    """Who closed or revised it when and why, and what is proposed; nothing for a month that is open."""
    closing, zone = account.books.closing, ZoneInfo(account.zone)
    if closing is None:
        return
    done = "Closed" if closing.stage is Stage.CLOSED else f"Revision {closing.revision}, accepted"
    why = f": {closing.reason}" if closing.reason else ""
    yield f"{done} {dated(closing.at, zone)} by {closing.actor}{why} (digest {closing.digest[:12]}…)."
    said = proposed(account)
    if said:
        yield f"{said[0].upper()}{said[1:]}"


def proposed(account: Account) -> str:
    """`a revision is proposed: …`; empty where nothing that is stored differs."""
    proposal = account.books.proposal
    if not proposal:
        return ""
    told = [worded(proposal.figures)] if proposal.figures else []
    told += proposal.facts[:SHOWN]
    left = len(proposal.facts) - SHOWN
    more = f"; and {left} more (janji verify {account.label})" if left > 0 else ""
    return f"a revision is proposed: {'; '.join(told)}{more}"


def document(account: Account) -> dict[str, object]:
    """`books`, `revision` and `digest`; of a closed month also who, when, why and what is proposed."""
    books = account.books
    values: dict[str, object] = {"books": books.stage.value, "revision": books.revision, "digest": books.digest}
    closing = books.closing
    if closing is None:
        return values
    return {
        **values,
        "closed_by": closing.actor,
        "closed_at": format_instant(closing.at),
        "closed_why": closing.reason or None,
        "difference": closing.header["difference"],
        "revision_proposed": None if not books.proposal else proposal_document(account),
    }


def proposal_document(account: Account) -> dict[str, object]:
    """What a revision would change, as JSON values."""
    proposal = account.books.proposal
    changed = [{"field": item.field, "old": item.old, "new": item.new} for item in proposal.figures]
    return {"figures": changed, "facts": list(proposal.facts)}
