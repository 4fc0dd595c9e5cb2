"""What every kind of check has, and what a probe is given.

Each kind is one file with one frozen model that derives from `Check` and has one coroutine, `probe`. A probe
tells of a sick target by what it returns, or by raising `Sick` or the network's own OSError, ssl.SSLError or
TimeoutError; a driver's exceptions are turned into these in the kind's file. Anything else it raises is our bug
and booked as unknown by `run.observe`, which also holds the budget and the retry.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import aiohttp
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, PlainValidator

from monitor.core.failure import OURS
from monitor.core.heartbeat import Heard, Listening
from monitor.core.model import Failure, FailureKind, Observation, Seconds, State
from monitor.core.permit import Permit
from monitor.core.secret import Lookup
from monitor.core.text import format_duration, parse_duration
from monitor.probes.room import Room

_WALL_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError("write a duration such as 800ms, 30s, 5m, 1h or 7d")  # noqa: TRY004 - pydantic catches it
    return parse_duration(value)


Duration: TypeAlias = Annotated[
    timedelta,
    BeforeValidator(_duration, json_schema_input_type=str),
    PlainSerializer(format_duration, return_type=str),
]
"""A length of time, written `800ms`, `30s`, `5m`, `1h`, `7d`."""


def wall_time(value: object) -> time:
    """`09:00`, on the clock of a zone. Raises ValueError saying how to write one."""
    if isinstance(value, time):
        return value
    match = _WALL_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('write hours and minutes in quotes, such as "09:00" or "17:30"')
    return time(int(match[1]), int(match[2]))


def _clock_text(value: time) -> str:
    return f"{value:%H:%M}"


WallTime: TypeAlias = Annotated[
    time, PlainValidator(wall_time, json_schema_input_type=str), PlainSerializer(_clock_text, return_type=str)
]
"""Hours and minutes, written `"09:00"`."""

Vote: TypeAlias = Literal["majority", "any", "all"] | Annotated[int, Field(ge=1)]
IDENTIFIER = r"^[a-z0-9][a-z0-9-]{0,62}$"
Identifier: TypeAlias = Annotated[str, Field(pattern=IDENTIFIER)]
Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]


ANY_WAY = frozenset({"source_address", "proxy"})


class Sick(Exception):
    """The target is not as it should be (or will not have us): raised inside a probe, booked by `run.observe`."""

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(detail)
        self.failure = Failure(kind, detail)


def _nowhere(value: str) -> None:
    """Outside of an attempt nothing is said."""


Search: TypeAlias = Callable[[str, str], Awaitable[list[str | None] | None]]
"""What a pattern matches first in a text, then its groups; None where nothing does. Raises Sick."""


async def _not_here(pattern: str, text: str) -> list[str | None] | None:
    raise NotImplementedError(pattern)


@dataclass(frozen=True, slots=True)
class Way:
    """How the probes of a location leave: from an address, through an HTTP proxy (its secrets as references)."""

    source: str | None = None
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What an attempt is about: for kinds that ask the hub instead of a target."""

    component: str
    check: str
    slot: Seconds


Beats: TypeAlias = Callable[[str, str, Seconds, float], Awaitable[tuple[Heard, Listening]]]
"""What a component's check has heard of its job up to an instant; it may take so many seconds to wait for what is still
on its way. Raises Sick where that cannot be told."""


@dataclass(frozen=True, slots=True)
class ProbeContext:
    """What a location lends to its probes: shared sessions and executors, and the way to secrets.

    `http` is one shared aiohttp session that opens a fresh connection for each request (honest timings).
    `names` looks names up, `blocking` runs drivers that have no asyncio form (SQLite); `secrets` resolves
    references. `tls` verifies certificates, `tls_unverified` takes any. `permit` says, for each attempt anew, what
    probes may do; None where their settings are the location's own. `certified` keeps the TLS contexts that show a
    client certificate; `certifying` is held while one is made. `beats` is how the hub's own location hears of jobs.
    `way` is how connections leave, `search` looks for a pattern in a text, `room` bounds what large answers hold.
    `session.open_context` makes a context; an attempt gets one with its `subject`, and with `conceal`, which keeps a
    value out of whatever is said of it.
    """

    http: aiohttp.ClientSession
    blocking: Executor
    names: Executor
    tls: ssl.SSLContext
    tls_unverified: ssl.SSLContext
    secrets: Lookup
    permit: Callable[[], Permit] | None = None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    certified: dict[Any, tuple[bytes, ssl.SSLContext]] = field(default_factory=dict)
    certifying: asyncio.Lock = field(default_factory=asyncio.Lock)
    beats: Beats | None = None
    subject: Subject | None = None
    conceal: Callable[[str], None] = _nowhere
    way: Way = Way()
    search: Search = _not_here
    room: Room = field(default_factory=Room)

    def for_attempt(self, subject: Subject, secrets: Lookup, conceal: Callable[[str], None]) -> "ProbeContext":
        """The same for one attempt, with its own way to secrets. Spelled out: it is made anew each time."""
        return ProbeContext(
            self.http,
            self.blocking,
            self.names,
            self.tls,
            self.tls_unverified,
            secrets,
            self.permit,
            self.loop,
            self.certified,
            self.certifying,
            self.beats,
            subject,
            conceal,
            self.way,
            self.search,
            self.room,
        )


class Part(BaseModel):
    """A mapping inside a check: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Expect(Part):
    """What a good answer is like. Kinds add their own fields."""

    slower_than: Duration | None = None  # an answer slower than this is degraded


class Check(BaseModel):
    """One probe definition of a component. Kinds add their own fields, and their own `expect`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    secret_fields: ClassVar[tuple[str, ...]] = ()
    """Fields in which a secret may stand, as `${NAME}` or `file:`."""

    guarded: ClassVar[bool] = False
    """Whether all that the kind connects to passes `probes.guard`. Agents refuse kinds that say no."""

    timed: ClassVar[bool] = True
    """Whether the time that a probe takes says something of its target."""

    leaves_by: ClassVar[frozenset[str]] = frozenset()
    """Which keys of a location's way the kind keeps to, of `source_address` and `proxy`; settings refuse the others."""

    at_hub: ClassVar[bool] = False
    """Whether only the hub's own process can see it: then its first location there does."""

    id: Identifier | None = None  # settings fill in the kind
    kind: str
    every: Duration = timedelta(seconds=60)
    timeout: Duration | None = None  # settings fill in min(10s, every/3)
    retry: Duration | None = None  # settings fill in min(5s, every/6); 0s: none
    locations: tuple[str, ...] | None = None  # settings fill in all
    vote: Vote = "majority"
    critical: bool | None = None  # settings fill in: True, but False for `tls` and over 5m
    expect: Expect = Expect()

    async def probe(self, context: ProbeContext) -> Observation:
        """One attempt. The caller bounds its time; it cleans up after itself when cancelled, without waiting."""
        raise NotImplementedError

    def outcome_of(self, failure: Failure) -> State:
        """Unknown for a fault of ours, down for any other."""
        return State.UNKNOWN if failure.kind in OURS else State.DOWN

    def budget_of_attempt(self) -> timedelta:
        """The longest one attempt may take: `timeout`, by default min(10s, every/3)."""
        return min(timedelta(seconds=10), self.every / 3) if self.timeout is None else self.timeout

    def pause_before_retry(self) -> timedelta:
        """How long to wait before the second attempt: `retry`, by default min(5s, every/6); zero: none."""
        return min(timedelta(seconds=5), self.every / 6) if self.retry is None else self.retry

    def definition(self) -> dict[str, Any]:
        """The check as stored and as its digest is taken of: JSON values, references unresolved."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class CredentialedCheck(Check):
    """A check that may sign in. Refused credentials are our mistake, unless `auth_is_down` says otherwise."""

    auth_is_down: bool = False

    def outcome_of(self, failure: Failure) -> State:
        if failure.kind is FailureKind.AUTH_REFUSED and self.auth_is_down:
            return State.DOWN
        return super().outcome_of(failure)


def seen(failure: Failure | None) -> Observation:
    """What a probe saw: up without a failure, else down."""
    return Observation(State.UP) if failure is None else Observation(State.DOWN, failure=failure)
