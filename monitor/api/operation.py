"""What an operation of the API is, what it is given and what it gives back. Routes and the OpenAPI document are both
made from these values, so that there is no second list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from monitor.core.exchange import WHOLE, Shard
from monitor.core.model import Milliseconds, Seconds
from monitor.reader.accounts import Accounts
from monitor.reader.snapshot import Snapshot
from monitor.settings.hub import Settings
from monitor.storage.store import Store

PREFIX = "/api/v1"

Model = TypeVar("Model", bound=BaseModel)


class Desk:
    """What one request works with: settings and facts of one moment. Made in a reader's thread."""

    def __init__(self, settings: Settings, store: Store, now: Seconds) -> None:
        self.settings = settings
        self.store = store
        self.now = now

    @cached_property
    def facts(self) -> Snapshot:
        """Read when something is first asked of them: agents ask for none, each second."""
        return Snapshot(self.store, self.now)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.facts, self.settings)

    @property
    def zone(self) -> ZoneInfo:
        """The page's."""
        return ZoneInfo(self.settings.page.zone)


@dataclass(frozen=True, slots=True)
class Visit:
    """An agent's request: the location that its token speaks for, its protocol and version, when it came, and which
    part of the location's checks it probes."""

    location: str
    protocol: int
    version: str
    came_ms: Milliseconds
    part: Shard = WHOLE


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, checked: who asks (the token's holder), the path's parts, the query, the body."""

    actor: str
    path: Mapping[str, str]
    query: BaseModel | None = None
    body: BaseModel | None = None
    visit: Visit | None = None  # of an agent

    def asked(self, model: type[Model]) -> Model:
        """The query as the operation declares it."""
        return _typed(self.query, model)

    @property
    def visitor(self) -> Visit:
        """The agent that asks."""
        if self.visit is None:
            raise TypeError("only agents ask for this operation")
        return self.visit

    def said(self, model: type[Model]) -> Model:
        """The body as the operation declares it."""
        return _typed(self.body, model)


@dataclass(frozen=True, slots=True)
class Answer:
    """A document as JSON values. `location` is where a new thing is found from now on, `again` when it was there
    already; `file` is the name under which the document is kept."""

    document: Any
    location: str | None = None
    again: bool = False
    file: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep, under its name."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A write in one short transaction, done in the writer's thread, and what to answer then (in a reader's).

    ValueError from `write` (it does not follow from what stands by now) is answered as a conflict.
    """

    write: Callable[[Store], Any]
    then: Callable[[Any], Answer]


@dataclass(frozen=True, slots=True)
class Steps:
    """As Change, in several transactions: what else is to be written comes in between. Each says what came of it."""

    writes: Sequence[Callable[[Store], Any]]
    then: Callable[[list[Any]], Answer]


Handle: TypeAlias = Callable[[Desk, Call], Answer | File | Change | Steps]
"""Called in a reader's thread; may raise Problem, NotThere and StorageAway."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    method: Literal["GET", "POST"]
    path: str  # below PREFIX, with {names}
    name: str
    scope: str | None  # None: no token is asked for
    summary: str
    answers: type[BaseModel] | None  # None: a file
    handle: Handle
    status: int = 200
    many: bool = False  # a list of `answers`
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    media_type: str = "application/json"
    costly: bool = False  # rendered or computed for long: asked for less often, and one at a time
    agents: bool = False  # asked for by agents: through a door of their own

    @property
    def whole_path(self) -> str:
        return PREFIX + self.path


def _typed(value: BaseModel | None, model: type[Model]) -> Model:
    if not isinstance(value, model):
        raise TypeError(f"the operation declares no {model.__name__}")
    return value
