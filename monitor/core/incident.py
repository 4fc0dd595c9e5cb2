"""Incidents as customers are told of them: append-only events, folded into what an incident says now.

An incident begins with its opening; updates, edits, links to measured outages, a merge and a post-mortem follow.
Nothing is ever rewritten: an edit is an event too, and what stood before it stays. Stores nothing, stamps nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from monitor.core.model import Seconds, digest

Words: TypeAlias = Mapping[str, str]
"""A text by language. English is always there; another one is what was given in it."""

ENGLISH = "en"
JANJI = "janji"
"""Who acts when nobody does: what measured outages open and end."""

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LENGTH = 6


class Phase(StrEnum):
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Impact(StrEnum):
    """How an incident shows in a component. `none`: it works, or works again."""

    NONE = "none"
    DEGRADED = "degraded"
    DOWN = "down"


WORST_FIRST = (Impact.DOWN, Impact.DEGRADED, Impact.NONE)


class Action(StrEnum):
    OPEN = "open"
    UPDATE = "update"
    EDIT = "edit"
    PUBLISH = "publish"
    LINK = "link"
    MERGE = "merge"
    ABSORB = "absorb"
    POSTMORTEM = "postmortem"


@dataclass(frozen=True, slots=True, order=True)
class OutageRef:
    """A measured outage, by its component and its beginning."""

    component: str
    start: Seconds

    @property
    def id(self) -> str:
        return f"{self.component}-{self.start}"


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One entry of an incident's history. What an action does not speak of is None or empty.

    `at` is the moment it speaks for, never after `entered_at`; `since` is when the incident, or an outage of it,
    began. `public` belongs to an opening and to a post-mortem.
    """

    entered_at: Seconds
    actor: str
    action: Action
    at: Seconds
    since: Seconds | None = None
    title: Words = field(default_factory=dict)
    text: Words = field(default_factory=dict)
    phase: Phase | None = None
    severity: int | None = None  # a rank; 1 is the gravest
    impacts: Mapping[str, Impact] = field(default_factory=dict)
    outages: tuple[OutageRef, ...] = ()
    next_update: Seconds | None = None
    public: bool = False
    number: int | None = None  # of the update that an edit rewrites; None: the incident itself
    other: str = ""  # the incident that this one is merged into, or that it takes up

    @property
    def automatic(self) -> bool:
        return self.actor == JANJI


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that was said. `earlier` are its texts before they were edited, oldest first."""

    number: int
    at: Seconds
    entered_at: Seconds
    actor: str
    phase: Phase
    text: Words
    impacts: Mapping[str, Impact]  # what it changed
    next_update: Seconds | None
    edited_at: Seconds | None = None
    earlier: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` on, an incident shows so in a component."""

    at: Seconds
    component: str
    impact: Impact


@dataclass(frozen=True, slots=True)
class Stretch:
    """How an incident showed in a component for a time; `end` None: it still does."""

    start: Seconds
    end: Seconds | None
    impact: Impact


@dataclass(frozen=True, slots=True)
class Postmortem:
    """As it stands; `published_at` None: a draft, or a change that is not published yet."""

    text: Words
    written_at: Seconds
    actor: str
    published_at: Seconds | None


@dataclass(frozen=True, slots=True)
class Incident:
    """What the events say now. Updates are in the order of the moments they speak for, oldest first."""

    id: str
    title: Words
    severity: int
    started: Seconds
    opened_at: Seconds  # entered
    published_at: Seconds | None  # None: a draft, which customers never see
    phase: Phase
    resolved_at: Seconds | None
    next_update: Seconds | None
    updates: tuple[Update, ...]
    turns: tuple[Turn, ...]
    outages: tuple[OutageRef, ...]
    responded_at: Seconds | None  # the first word of a person
    automatic: bool  # opened by an outage
    touched: bool  # by a person
    merged_into: str
    absorbed: tuple[str, ...]
    postmortem: Postmortem | None  # the newest, published or not
    published_postmortem: Postmortem | None
    events: tuple[IncidentEvent, ...] = field(repr=False)

    @property
    def public(self) -> bool:
        return self.published_at is not None

    @property
    def open(self) -> bool:
        return self.resolved_at is None and not self.merged_into

    @property
    def components(self) -> tuple[str, ...]:
        """Every component that it ever showed in, in the order in which they came."""
        return tuple(dict.fromkeys(turn.component for turn in self.turns if turn.impact is not Impact.NONE))

    @property
    def impacts(self) -> dict[str, Impact]:
        """How it shows in each component now; in none once it is resolved."""
        last = {turn.component: turn.impact for turn in self.turns}
        return {name: Impact.NONE if self.resolved_at is not None else last[name] for name in self.components}

    @property
    def worst(self) -> Impact:
        """The gravest impact that it ever had."""
        return worst(turn.impact for turn in self.turns)

    def impact_of(self, component: str) -> list[Stretch]:
        """How it showed in a component over time."""
        marks = [turn for turn in self.turns if turn.component == component]
        ends = [*(turn.at for turn in marks[1:]), self.resolved_at]
        found = (Stretch(turn.at, end, turn.impact) for turn, end in zip(marks, ends, strict=True))
        return [item for item in found if item.impact is not Impact.NONE and item.start != item.end]

    def update(self, number: int) -> Update:
        """Raises LookupError for a number that it has no update of."""
        found = next((update for update in self.updates if update.number == number), None)
        if found is None:
            raise LookupError(f"incident {self.id} has no update {number}; it has 1 to {len(self.updates)}")
        return found


def worst(impacts: Iterable[Impact]) -> Impact:
    """The gravest of them; `none` where there are none."""
    found = set(impacts)
    return next((impact for impact in WORST_FIRST if impact in found), Impact.NONE)


def renamed(event: IncidentEvent, names: Mapping[str, str]) -> IncidentEvent:
    """The event as one of the components that it means; `names` by earlier id."""
    if not names or not (event.impacts or event.outages):
        return event
    return replace(
        event,
        impacts={names.get(name, name): impact for name, impact in event.impacts.items()},
        outages=tuple(OutageRef(names.get(ref.component, ref.component), ref.start) for ref in event.outages),
    )


def in_language(words: Words, language: str) -> str:
    """The text in a language, else in English; empty where there is none."""
    return words.get(language) or words.get(ENGLISH, "")


def new_id(seed: object, taken: Collection[str]) -> str:
    """Six letters and digits that are not mistaken for one another, and that tell nothing of how many there are."""
    attempt = 0
    while True:
        number, found = int(digest([seed, attempt]), 16), ""
        for _ in range(_ID_LENGTH):
            number, sign = divmod(number, len(_SIGNS))
            found += _SIGNS[sign]
        if found not in taken and not found.isdecimal():
            return found
        attempt += 1
