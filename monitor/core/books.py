"""The books of a month: running, provisional, closed, revised; what a closing holds, and what differs from it.

A closed figure is kept, never computed again for showing. What is stored later proposes a revision with its
difference; only somebody's decision makes it one, and older ones stay. `core.closing` makes closings of accounts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from monitor.core.availability import Figure
from monitor.core.calendar import format_instant, parse_instant
from monitor.core.model import Interval, Seconds, digest

GRACE: Seconds = 5 * 86_400
"""How long a month that is over waits for late results and approvals before it is closed."""

COVERAGE_FLOOR = Fraction(98, 100)
"""A month of which less was measured is closed only with a reason."""


class Stage(StrEnum):
    """How far a month's books are."""

    RUNNING = "running"
    PROVISIONAL = "provisional"  # over, not closed
    CLOSED = "closed"
    REVISED = "revised"


class Subject(StrEnum):
    """What a month is closed of."""

    AGREEMENT = "agreement"
    OBJECTIVE = "objective"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of the figures that has another value now; JSON values, None where there is none."""

    field: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is stored now and was not when the month was closed. `facts` are sentences, each to the second."""

    figures: tuple[Difference, ...] = ()
    facts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.figures or self.facts)


@dataclass(frozen=True, slots=True)
class Seal:
    """The ledger's entry of a closing."""

    number: int
    digest: str


@dataclass(frozen=True)
class Closing:
    """A month as it was closed (`revision` 0) or revised. Holds everything that the figures were made of.

    `bundle` is the evidence; `inputs` the whole account, from which explanations are made; `overruled` what spoke
    against closing and was answered by the reason.
    """

    subject: Subject
    id: str
    month: str
    revision: int
    zone: str
    bounds: Interval
    figures: dict[str, Any]
    bundle: dict[str, Any]
    inputs: dict[str, Any]
    terms: dict[str, Any]
    settings: str
    engine: str
    tzdata: str
    reason: str
    overruled: tuple[str, ...]
    difference: tuple[Difference, ...]
    actor: str
    at: Seconds
    seal: Seal | None = None  # None until it is stored

    @property
    def stage(self) -> Stage:
        return Stage.REVISED if self.revision else Stage.CLOSED

    @property
    def name(self) -> str:
        """`acme 2026-01`, and which revision of it."""
        return f"{self.subject} {self.id} {self.month}" + (f" revision {self.revision}" if self.revision else "")

    @cached_property
    def header(self) -> dict[str, Any]:
        """Everything but the three long parts, as JSON values: what the ledger says in clear."""
        return {
            "subject": self.subject.value,
            "id": self.id,
            "month": self.month,
            "revision": self.revision,
            "zone": self.zone,
            "month_start": format_instant(self.bounds.start),
            "month_end": format_instant(self.bounds.end),
            "settings": self.settings,
            "engine": self.engine,
            "tzdata": self.tzdata,
            "reason": self.reason,
            "overruled": list(self.overruled),
            "difference": [{"field": item.field, "old": item.old, "new": item.new} for item in self.difference],
            "by": self.actor,
            "at": format_instant(self.at),
        }

    @cached_property
    def digests(self) -> dict[str, str]:
        """Of the long parts."""
        return {"bundle": digest(self.bundle), "inputs": digest(self.inputs), "terms": digest(self.terms)}

    @cached_property
    def digest(self) -> str:
        """Of all of it: whoever kept this can tell whether anything was changed."""
        return digest([self.header, self.figures, self.digests])

    @property
    def entry(self) -> dict[str, Any]:
        """What the ledger says of it."""
        return {**self.header, "figures": self.figures, "digests": self.digests, "digest": self.digest}

    def figure(self, degraded_weight: Fraction) -> Figure:
        """The figure as it stands in the books."""
        return Figure(
            window_start=parse_instant(self.figures["window_start"]),
            window_end=parse_instant(self.figures["window_end"]),
            degraded_weight=degraded_weight,
            **{
                f"{part}_seconds": self.figures[f"{part}_seconds"]
                for part in ("total", "excluded", "unknown", "up", "degraded", "down")
            },
        )


@dataclass(frozen=True, slots=True)
class Books:
    """Where a month stands. `closing` is the newest one; `proposal` what speaks for another."""

    stage: Stage = Stage.RUNNING
    closing: Closing | None = None
    proposal: Proposal = Proposal()

    @property
    def revision(self) -> int | None:
        """None for a month that was never closed."""
        return None if self.closing is None else self.closing.revision

    @property
    def digest(self) -> str | None:
        return None if self.closing is None else self.closing.digest


def books_of(month: Interval, now: Seconds, closings: Sequence[Closing] = ()) -> Books:
    """Where a month stands, given every closing of it so far, in any order."""
    newest = max(closings, key=lambda closing: closing.revision, default=None)
    if newest is not None:
        return Books(newest.stage, newest)
    return Books(Stage.RUNNING if now < month.end else Stage.PROVISIONAL)


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Difference, ...]:
    """Every field that differs between two figures as JSON values; fields that only one has are None in the other."""
    fields = [*old, *(field for field in new if field not in old)]
    return tuple(
        Difference(field, old.get(field), new.get(field))
        for field in fields
        if digest([field in old, old.get(field)]) != digest([field in new, new.get(field)])
    )


def worded(items: Sequence[Difference]) -> str:
    """`down 3,600 s → 4,200 s, availability 99.8652 % → 99.8429 %`: the fields that people read; else their names."""
    said = [words for item in items if (words := _said(item))]
    return ", ".join(said or [item.field for item in items])


_SECONDS = re.compile(r"(total|excluded|unknown|up|degraded|down|measured)_seconds")
_WORDS = {"unknown": "not measured", "total": "in scope"}


def _said(item: Difference) -> str:
    match = _SECONDS.fullmatch(item.field)
    if match is not None:
        return f"{_WORDS.get(match[1], match[1])} {_amount(item.old, ' s')} → {_amount(item.new, ' s')}"
    if item.field == "availability_percent_trunc4":
        return f"availability {_amount(item.old, ' %')} → {_amount(item.new, ' %')}"
    if item.field in ("verdict", "credit_percent"):
        return f"{item.field.removesuffix('_percent')} {_amount(item.old)} → {_amount(item.new)}"
    return ""


def _amount(value: object, unit: str = "") -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{_amount(each, ' %')} ({name})" for name, each in value.items()) or "none"
    return f"{value:,}{unit}" if isinstance(value, int) else f"{value}{unit}"
