"""Whether what is stored is what the ledger says was decided: notices, requests, decisions, closings and settings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from monitor.core.books import Difference, differences
from monitor.core.calendar import format_instant
from monitor.core.ledger import Entry
from monitor.core.model import Seconds, digest
from monitor.core.text import number

LOADED = "settings loaded"
"""The kind of the ledger's entry for a version of the settings."""

_NAMES = ("maintenance", "incident", "id")
_INSTANTS = frozenset({"at", "start", "end", "since", "next_update", "requested_at", "entered_at"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something stored that has its own entry in the ledger, in the words of that entry."""

    kind: str
    payload: Mapping[str, Any]
    actor: str


@dataclass(frozen=True, slots=True)
class StoredSettings:
    """A version of the settings as it is stored: the digest that was stored beside it, when it was loaded, and it."""

    digest: str
    loaded_at: Seconds
    body: Mapping[str, Any]


def unattested_settings(versions: Sequence[StoredSettings], entries: Iterable[Entry]) -> Iterator[str]:
    """A sentence for each version of the settings that is not what the ledger says was loaded, in order of loading."""
    loaded = [entry for entry in entries if entry.kind == LOADED]
    for version, entry in zip_longest(versions, loaded):
        if version is None:
            yield f"settings: ledger entry {entry.number} says some were loaded at {format_instant(entry.at)}; gone"
            continue
        named, said = f"settings loaded at {format_instant(version.loaded_at)}", digest(version.body)
        if entry is None:
            yield f"{named}: are stored, and the ledger does not say so"
        elif said != entry.payload["digest"]:
            told = f"their digest is {said[:12]} and was {entry.payload['digest'][:12]}"
            yield f"{named}: {told} in ledger entry {entry.number}"
        elif (version.digest, version.loaded_at) != (said, entry.at):
            told = f"ledger entry {entry.number} says {format_instant(entry.at)}, digest {said[:12]}"
            yield f"{named}: {told}; stored is {version.digest[:12]}"


def unattested(facts: Iterable[Fact], entries: Iterable[Entry]) -> Iterator[str]:
    """A sentence for each stored fact that the ledger does not say, and for each entry that nothing stored bears."""
    stored, entered = defaultdict[tuple[str, str], list[Fact]](list), defaultdict[tuple[str, str], list[Entry]](list)
    for fact in facts:
        stored[_key(fact.kind, fact.payload)].append(fact)
    for entry in entries:
        if _what(entry.kind) is not None:
            entered[_key(entry.kind, entry.payload)].append(entry)
    for key in sorted({*stored, *entered}):
        yield from _compared(" ".join(key), stored[key], entered[key])


def _compared(name: str, facts: Sequence[Fact], entries: Sequence[Entry]) -> Iterator[str]:
    left = list(facts)
    unborne = []
    for entry in entries:
        match = next((fact for fact in left if _said(fact) == _said(entry)), None)
        if match is None:
            unborne.append(entry)
        else:
            left.remove(match)
    for entry, fact in zip(unborne, left, strict=False):
        for item in _leaves(differences(_said(entry), _said(fact))):
            old, new = (_value(item.field, value) for value in (item.old, item.new))
            yield f"{name}: {item.field} is {new} and was {old} in ledger entry {entry.number}"
    for entry in unborne[len(left) :]:
        yield f"{name}: is gone, and ledger entry {entry.number} ({entry.kind}) says it was there"
    for _ in left[len(unborne) :]:
        yield f"{name}: is stored, and the ledger does not say so"


def _said(item: Fact | Entry) -> dict[str, Any]:
    return {"kind": item.kind, "actor": item.actor, **item.payload}


def _leaves(items: Iterable[Difference]) -> Iterator[Difference]:
    """The differences, with what differs inside objects named by itself; digests only where nothing else does."""
    found = [leaf for item in items if item.field != "digest" for leaf in _inside(item)]
    yield from found or items


def _inside(item: Difference) -> Iterator[Difference]:
    if not (isinstance(item.old, dict) and isinstance(item.new, dict)):
        yield item
        return
    for each in differences(item.old, item.new):
        yield Difference(f"{item.field}.{each.field}", each.old, each.new)


def _key(kind: str, payload: Mapping[str, Any]) -> tuple[str, str]:
    what = _what(kind) or kind
    if what == "closing":
        # A row whose own name was changed is found as one that is gone and one that nobody entered.
        revision = f" revision {payload['revision']}" if payload["revision"] else ""
        return what, f"{payload['subject']} {payload['id']} {payload['month']}{revision}"
    return what, str(next(payload[name] for name in _NAMES if name in payload))


def _what(kind: str) -> str | None:
    """What an entry of the ledger is about; None for what is not looked at."""
    if kind == "notice":
        return "maintenance"
    if kind.startswith("month "):
        return "closing"
    if kind.endswith(" requested"):
        return "request"
    if kind in ("incident", "vendor report", "component renamed", "component paused", "component resumed"):
        return kind
    return "decision on" if kind.endswith((" approved", " rejected")) else None


def _value(field: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return format_instant(value) if field in _INSTANTS else number(value)
    return "none" if value is None else "empty" if value in ("", []) else str(value)
