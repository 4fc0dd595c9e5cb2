"""Closings in words and as JSON values: what was closed, what was refused and why, every revision, what verifies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.core.books import Closing, Proposal, Stage, Subject, worded
from monitor.core.text import used_time
from monitor.reader.verification import CHECKED, NOT_CHECKED, UNJUDGED, Verified


@dataclass(frozen=True, slots=True)
class Refusal:
    """A month that was not closed or revised, with a sentence for each reason."""

    subject: Subject
    id: str
    why: tuple[str, ...]


def said(closing: Closing) -> str:
    """One line: what is closed at which figure, under which digest."""
    share = closing.figures["availability_percent_trunc4"]
    figure = "no data" if share is None else f"{share} %"
    down = used_time(closing.figures["down_seconds"], detail=True)
    done = "closed" if closing.stage is Stage.CLOSED else f"revised ({closing.revision})"
    answered = f"; in spite of: {'; '.join(closing.overruled)}" if closing.overruled else ""
    changed = f"; {worded(closing.difference)}" if closing.difference else ""
    outcome = closing.figures["verdict"] or "no verdict"
    return (
        f"{closing.subject} {closing.id} {closing.month} is {done}: {figure}, {down} down, {outcome}{changed}. "
        f"Digest {closing.digest}{answered}"
    )


def document(closing: Closing) -> dict[str, Any]:
    """The closing as JSON values, without its long parts."""
    seal = closing.seal
    head = None if seal is None else {"number": seal.number, "digest": seal.digest}
    return {**closing.header, "figures": closing.figures, "digest": closing.digest, "ledger_entry": head}


def whole(closing: Closing) -> dict[str, Any]:
    """With its long parts and their digests: whoever has this can compute its digest again."""
    return {
        **document(closing),
        "digests": closing.digests,
        "bundle": closing.bundle,
        "inputs": closing.inputs,
        "terms": closing.terms,
    }


def closed_document(month: str, done: Iterable[Closing], refused: Iterable[Refusal]) -> dict[str, Any]:
    """What became of closing a month."""
    return {"month": month, "closed": [document(item) for item in done], "refused": refusals(refused)}


def refusals(refused: Iterable[Refusal]) -> list[dict[str, Any]]:
    """Refusals as JSON values."""
    return [{"subject": item.subject.value, "id": item.id, "why": list(item.why)} for item in refused]


def proposed_document(closing: Closing, proposal: Proposal) -> dict[str, Any]:
    """What a revision of a closing would change, every fact told."""
    return {
        "subject": closing.subject.value,
        "id": closing.id,
        "month": closing.month,
        "revision": closing.revision,
        "digest": closing.digest,
        "figures": [{"field": item.field, "old": item.old, "new": item.new} for item in proposal.figures],
        "facts": list(proposal.facts),
        "says": worded(proposal.figures) if proposal.figures else "",
    }


def verified_document(found: Sequence[Verified], ledger: Sequence[str], entries: int) -> dict[str, Any]:
    """What was verified, what differs, and what was not looked at: no span was judged again."""
    months = [
        {
            "subject": item.closing.subject.value,
            "id": item.closing.id,
            "month": item.closing.month,
            "revision": item.closing.revision,
            "digest": item.closing.digest,
            "holds": not item.wrong,
            "wrong": list(item.wrong),
        }
        for item in found
    ]
    holds = not ledger and all(item["holds"] for item in months)
    return {
        "holds": holds,
        "ledger": {"entries": entries, "wrong": list(ledger)},
        "months": months,
        "checked": list(CHECKED),
        "not_checked": [UNJUDGED, *NOT_CHECKED],
    }
