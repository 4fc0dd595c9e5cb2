"""The ledger: an append-only record of who decided what, each entry chained to the one before by digest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from monitor.core.model import Seconds, digest

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `digest` covers everything else, the previous entry's digest included."""

    number: int
    at: Seconds
    actor: str
    kind: str
    payload: dict[str, Any]
    previous: str
    digest: str


def entry(previous: Entry | None, *, at: Seconds, actor: str, kind: str, payload: dict[str, Any]) -> Entry:
    """The entry that follows `previous` (None: the first)."""
    number = previous.number + 1 if previous else 1
    link = previous.digest if previous else GENESIS
    return Entry(number, at, actor, kind, payload, link, _seal(number, at, actor, kind, payload, link))


def first_break(entries: Iterable[Entry]) -> str | None:
    """What is wrong with the first entry that does not hold, in words; None when the whole chain does."""
    previous: Entry | None = None
    for item in entries:
        expected = previous.number + 1 if previous else 1
        if item.number != expected:
            return f"entry {expected} is missing: {item.number} stands in its place"
        if item.previous != (previous.digest if previous else GENESIS):
            return f"entry {item.number} does not follow the entry before it"
        sealed = _seal(item.number, item.at, item.actor, item.kind, item.payload, item.previous)
        if item.digest != sealed:
            return f"entry {item.number} ({item.kind}) was changed after it was written"
        previous = item
    return None


def _seal(number: int, at: Seconds, actor: str, kind: str, payload: dict[str, Any], previous: str) -> str:
    return digest([number, at, actor, kind, digest(payload), previous])
