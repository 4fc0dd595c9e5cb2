"""What is booked of an observation, whatever the kind: budget, retry, our own faults, secrets."""

import asyncio
import errno
import logging
import os
import socket
import ssl
from datetime import timedelta
from typing import Literal

import pytest
from pydantic import Field

from monitor.core.model import Failure, FailureKind, Observation, Phases, State
from monitor.core.secret import SecretMissing
from monitor.probes import Check, Expect, ProbeContext, Sick
from monitor.probes.base import CredentialedCheck
from monitor.probes.faults import Scrubber, failure_of
from tests.probes.conftest import CalmClock, observed, secret

UP = Observation(State.UP)
REFUSED = Observation(State.DOWN, failure=Failure(FailureKind.CONNECTION_REFUSED))


class Scripted(CredentialedCheck):
    """A check whose attempts go as written: an observation, an exception, or waiting for ever (None)."""

    kind: Literal["scripted"] = "scripted"
    timeout: timedelta | None = timedelta(milliseconds=300)
    retry: timedelta | None = timedelta(milliseconds=1)
    script: list[object] = Field(default_factory=list)

    async def probe(self, context: ProbeContext) -> Observation:
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, str):
            raise RuntimeError(f"{step} {context.secrets('TOKEN')}")  # noqa: TRY004 - a bug as bugs are
        if step is None:
            await asyncio.Event().wait()
        assert isinstance(step, Observation)
        return step


def scripted(*steps: object, **fields: object) -> Scripted:
    # Pydantic copies lists: the script is put in afterwards.
    check = Scripted(**fields)
    check.script.extend(steps)
    return check


async def test_a_result_says_who_saw_what_and_when(context: ProbeContext) -> None:
    result = await observed(scripted(UP, id="front"), context)
    assert (result.component, result.check, result.location) == ("shop", "front", "here")
    assert (result.slot, result.definition, result.attempts) == (1_700_000_000, "digest", 1)
    assert (result.outcome, result.failure, result.first_failure, result.first_failure_ms) == (
        State.UP,
        None,
        None,
        None,
    )
    assert result.phases.total_ms is not None
    assert result.started_ms > 1_700_000_000_000


async def test_a_check_without_an_id_is_called_by_its_kind(context: ProbeContext) -> None:
    assert (await observed(scripted(UP), context)).check == "scripted"


async def test_a_second_attempt_that_succeeds_makes_it_up(context: ProbeContext) -> None:
    result = await observed(scripted(REFUSED, UP), context)
    assert (result.outcome, result.attempts, result.failure) == (State.UP, 2, None)
    assert result.first_failure is FailureKind.CONNECTION_REFUSED
    assert result.first_failure_ms is not None


async def test_a_second_attempt_that_fails_is_what_counts(context: ProbeContext) -> None:
    result = await observed(scripted(REFUSED, Sick(FailureKind.PROTOCOL, "odd")), context)
    assert (result.outcome, result.attempts) == (State.DOWN, 2)
    assert result.failure == Failure(FailureKind.PROTOCOL, "odd")
    assert result.first_failure is FailureKind.CONNECTION_REFUSED


async def test_without_retry_there_is_one_attempt(context: ProbeContext) -> None:
    result = await observed(scripted(REFUSED, retry=timedelta(0)), context)
    assert (result.outcome, result.attempts, result.first_failure) == (
        State.DOWN,
        1,
        FailureKind.CONNECTION_REFUSED,
    )


async def test_slow_and_unknown_are_not_tried_again(context: ProbeContext) -> None:
    slow = scripted(UP, expect=Expect(slower_than=timedelta(milliseconds=-1)))
    result = await observed(slow, context)
    assert (result.outcome, result.attempts) == (State.DEGRADED, 1)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.SLOW
    ours = scripted(Sick(FailureKind.AUTH_REFUSED))
    assert ((result := await observed(ours, context)).outcome, result.attempts) == (State.UNKNOWN, 1)


async def test_an_attempt_ends_with_its_timeout(context: ProbeContext) -> None:
    result = await observed(scripted(None, retry=timedelta(0)), context)
    assert (result.outcome, result.failure) == (State.DOWN, Failure(FailureKind.TIMEOUT))
    assert result.phases.total_ms is not None
    assert 300 <= result.phases.total_ms < 1300


async def test_cancelling_an_observation_is_not_a_result(context: ProbeContext) -> None:
    task = asyncio.create_task(observed(scripted(None), context))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_credentials_that_are_refused_are_down_only_when_told_so(context: ProbeContext) -> None:
    refused = Sick(FailureKind.AUTH_REFUSED)
    assert (await observed(scripted(refused), context)).outcome is State.UNKNOWN
    told = scripted(refused, auth_is_down=True, retry=timedelta(0))
    assert (await observed(told, context)).outcome is State.DOWN


async def test_a_bug_is_unknown_and_logged_without_secrets(
    context: ProbeContext, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        result = await observed(scripted("oh no"), context)
    assert (result.outcome, result.attempts) == (State.UNKNOWN, 1)
    assert result.failure == Failure(FailureKind.PROBE_ERROR, "RuntimeError: oh no ***")
    assert "Traceback" in caplog.text
    assert "oh no ***" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_a_failure_while_the_loop_was_late_is_unknown(context: ProbeContext) -> None:
    # A tenth of 300 ms is 30 ms.
    assert (await observed(scripted(REFUSED, REFUSED), context, CalmClock(late=0.03))).outcome is State.DOWN
    result = await observed(scripted(REFUSED, REFUSED), context, CalmClock(late=0.031))
    assert (result.outcome, result.attempts) == (State.UNKNOWN, 2)
    assert result.failure == Failure(FailureKind.PROBER_LATE, "the event loop was 31 ms late; seen: connection_refused")


async def test_a_quarter_of_a_second_is_late_however_long_the_timeout(context: ProbeContext) -> None:
    long = {"timeout": timedelta(seconds=10), "retry": timedelta(0)}
    assert (await observed(scripted(REFUSED, **long), context, CalmClock(late=0.25))).outcome is State.DOWN
    assert (await observed(scripted(REFUSED, **long), context, CalmClock(late=0.26))).outcome is State.UNKNOWN


async def test_a_slow_answer_while_the_loop_was_late_is_unknown(context: ProbeContext) -> None:
    slow = scripted(UP, expect=Expect(slower_than=timedelta(milliseconds=-1)))
    assert (await observed(slow, context, CalmClock(late=1))).outcome is State.UNKNOWN


async def test_a_success_counts_however_late_we_were(context: ProbeContext) -> None:
    assert (await observed(scripted(UP), context, CalmClock(late=5))).outcome is State.UP


class JumpingCheck(Scripted):
    """Moves the wall clock while it is probed."""

    clock: CalmClock
    by: float

    async def probe(self, context: ProbeContext) -> Observation:
        self.clock.jump += self.by
        return await super().probe(context)


@pytest.mark.parametrize(
    ("by", "seen", "outcome"),
    [
        (0.9, REFUSED, State.DOWN),
        (1.1, REFUSED, State.UNKNOWN),
        (-1.1, REFUSED, State.UNKNOWN),
        (1.1, UP, State.UP),
    ],
)
async def test_a_failure_during_which_the_clock_jumped_is_unknown(
    context: ProbeContext, by: float, seen: Observation, outcome: State
) -> None:
    clock = CalmClock()
    check = JumpingCheck.model_construct(clock=clock, by=by, script=[seen], retry=timedelta(0))
    result = await observed(check, context, clock)
    assert result.outcome is outcome
    if outcome is State.UNKNOWN:
        assert result.failure == Failure(FailureKind.CLOCK_JUMP, "the clock jumped by 1.1 s; seen: connection_refused")


def expired() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "verify failed")
    error.verify_code, error.verify_message = 10, "certificate has expired"
    return error


@pytest.mark.parametrize(
    ("error", "kind", "state"),
    [
        (OSError(errno.ECONNREFUSED, "refused"), FailureKind.CONNECTION_REFUSED, State.DOWN),
        (OSError(errno.ECONNRESET, "reset"), FailureKind.CONNECTION_RESET, State.DOWN),
        (OSError(errno.EHOSTUNREACH, "no route"), FailureKind.UNREACHABLE, State.DOWN),
        (OSError(errno.ETIMEDOUT, "timed out"), FailureKind.CONNECT_TIMEOUT, State.DOWN),
        (OSError(errno.ENETUNREACH, "no network"), FailureKind.NO_NETWORK, State.UNKNOWN),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), FailureKind.PROBE_ERROR, State.UNKNOWN),
        (
            OSError("Multiple exceptions: [Errno 101] a, [Errno 111] b"),
            FailureKind.CONNECTION_REFUSED,
            State.DOWN,
        ),
        (OSError("Multiple exceptions: [Errno 101] a, [Errno 101] b"), FailureKind.NO_NETWORK, State.UNKNOWN),
        (TimeoutError(), FailureKind.TIMEOUT, State.DOWN),
        (ConnectionResetError(), FailureKind.CONNECTION_RESET, State.DOWN),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), FailureKind.NAME_NOT_FOUND, State.DOWN),
        (expired(), FailureKind.CERTIFICATE_EXPIRED, State.DOWN),
        (ssl.SSLError(1, "wrong version number"), FailureKind.TLS_FAILED, State.DOWN),
        (SecretMissing("TOKEN"), FailureKind.SECRET_MISSING, State.UNKNOWN),
    ],
    ids=str,
)
def test_an_exception_says_whose_fault_it_is(error: Exception, kind: FailureKind, state: State) -> None:
    failure = failure_of(error)
    assert failure is not None
    assert failure.kind is kind
    assert Check(kind="any").outcome_of(failure) is state


def test_an_exception_that_nobody_foresaw_is_no_failure_of_the_target() -> None:
    assert failure_of(KeyError("x")) is None


def test_a_detail_is_one_short_line_without_secrets() -> None:
    scrubber = Scrubber(secret)
    scrubber.lookup("PASSWORD")
    detail = "https://janji:p4ss%2Fw0rd@shop.test\n\tsaid p4ss/w0rd, then mysql://root:clear@shop.test/x" + "." * 400
    cleaned = scrubber.cleaned(Failure(FailureKind.CONTENT, detail)).detail
    assert cleaned.startswith("https://***@shop.test said ***, then mysql://***@shop.test/x...")
    assert len(cleaned) == 300


async def test_phases_of_a_probe_that_met_nothing_are_empty_but_for_the_total(context: ProbeContext) -> None:
    phases = (await observed(scripted(UP), context)).phases
    assert phases == Phases(total_ms=phases.total_ms)
