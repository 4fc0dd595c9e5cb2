"""Where an attempt's time goes, and which stage it was in when its time ran out.

The timeline of the attempt that runs is found in a context variable: aiohttp's resolver, the TLS context and
the drivers call back without any argument that could carry it. Each attempt has its own.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from enum import IntEnum
from types import TracebackType
from typing import Self

from monitor.core.model import Failure, FailureKind, Milliseconds, Phases, Seconds


class Stage(IntEnum):
    SETUP = 0
    NAME = 1
    CONNECT = 2
    TLS = 3
    ANSWER = 4  # asked, waiting for the first byte
    BODY = 5


_NO_THREAD = Failure(FailureKind.PROBER_LATE, "no thread of the prober was free in time")
_NO_ROOM = Failure(FailureKind.PROBER_LATE, "too many large answers at once: there was no room for this one in time")

_CURRENT: ContextVar["Timeline"] = ContextVar("timeline")


class Timeline:
    """The stages of one attempt; a stage entered again (a redirect) adds up. In a `with` block it is the current."""

    __slots__ = (
        "_began",
        "_monotonic",
        "_since",
        "_spent",
        "_token",
        "certificate_expires",
        "held_up",
        "ours",
        "part",
        "queued",
        "stage",
    )

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._began = self._since = monotonic()
        self._spent: list[float | None] = [None] * len(Stage)  # by stage
        self._token: Token[Timeline] | None = None
        self.stage = Stage.SETUP
        self.queued = False  # waits for a thread of ours
        self.part = ""  # which of several requests
        self.ours: Failure | None = None  # what it is, of ours, that is waited for
        self.certificate_expires: Seconds | None = None
        self.held_up = 0.0  # seconds that it waited for room for its answer

    def __enter__(self) -> Self:
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._token is not None:
            _CURRENT.reset(self._token)

    def now(self) -> float:
        return self._monotonic()

    def enter(self, stage: Stage) -> None:
        now = self._monotonic()
        self._spent[self.stage] = (self._spent[self.stage] or 0.0) + now - self._since
        self.stage, self._since = stage, now

    def phases(self) -> Phases:
        """The time spent so far, the present stage included."""
        self.enter(self.stage)
        return Phases(
            dns_ms=self._spent_ms(Stage.NAME),
            connect_ms=self._spent_ms(Stage.CONNECT),
            tls_ms=self._spent_ms(Stage.TLS),
            first_byte_ms=self._spent_ms(Stage.ANSWER),
            total_ms=_ms(self._monotonic() - self._began),
        )

    def placed(self, failure: Failure) -> Failure:
        """The failure with the part that it happened in."""
        said = f"{self.part}: {failure.detail}" if failure.detail else self.part
        return Failure(failure.kind, said) if self.part else failure

    def timeout_failure(self) -> Failure:
        """What it means that time ran out now."""
        if self.ours is not None:
            return self.ours
        if self.queued:
            return _NO_THREAD
        match self.stage:
            case Stage.NAME:
                return Failure(FailureKind.NAME_TIMEOUT)
            case Stage.CONNECT:
                return Failure(FailureKind.CONNECT_TIMEOUT)
            case Stage.TLS:
                return Failure(FailureKind.TIMEOUT, "during the TLS handshake")
            case Stage.BODY:
                return Failure(FailureKind.TIMEOUT, "before the end of its answer")
            case _:
                return Failure(FailureKind.TIMEOUT)

    def _spent_ms(self, stage: Stage) -> Milliseconds | None:
        spent = self._spent[stage]
        return None if spent is None else _ms(spent)


def current() -> Timeline | None:
    """The timeline of the attempt that runs, if one does."""
    return _CURRENT.get(None)


def enter(stage: Stage) -> None:
    """The attempt that runs, if one does, is now in this stage."""
    if (timeline := current()) is not None:
        timeline.enter(stage)


def at_part(name: str) -> None:
    """The attempt that runs, if one does, is at this part of several."""
    if (timeline := current()) is not None:
        timeline.part = name


@contextmanager
def waiting_for_us(why: Failure = _NO_THREAD) -> Iterator[None]:
    """Time that runs out in the block runs out by our own fault."""
    await_ours(why)
    yield
    await_ours(None)  # not after an exception: a cancelled attempt is asked why only afterwards


@contextmanager
def held_up() -> Iterator[None]:
    """The attempt waits for room for its answer: while it does not read, its target waits, too."""
    timeline = current()
    began = 0.0 if timeline is None else timeline.now()
    with waiting_for_us(_NO_ROOM):
        yield
    if timeline is not None:
        timeline.held_up += timeline.now() - began


def await_ours(why: Failure | None) -> None:
    """Time that runs out from now on does so by this fault of ours; None: by the target's again."""
    if (timeline := current()) is not None:
        timeline.ours = why


def note_certificate(connection: ssl.SSLObject | None) -> None:
    """Keeps when the peer's certificate ends, the soonest of several. An unverified one tells nothing."""
    certificate = connection.getpeercert() if connection is not None else None
    timeline = current()
    if not certificate or timeline is None:
        return
    expires = int(ssl.cert_time_to_seconds(str(certificate["notAfter"])))
    known = timeline.certificate_expires
    timeline.certificate_expires = expires if known is None else min(known, expires)


class StagedContext(ssl.SSLContext):
    """A TLS context that marks the moment a handshake begins."""

    def wrap_bio(self, *args: object, **kwargs: object) -> ssl.SSLObject:
        enter(Stage.TLS)
        return super().wrap_bio(*args, **kwargs)  # type: ignore[arg-type]


def _ms(seconds: float) -> Milliseconds:
    return round(seconds * 1000)
