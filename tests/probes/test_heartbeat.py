"""`heartbeat`: what the hub heard of a job becomes an outcome like any other."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.core.heartbeat import Beat, Heard, Listening, Signal
from monitor.core.model import Failure, FailureKind, Phases, Result, State
from monitor.core.permit import Permit
from monitor.probes.session import open_context
from tests.probes.conftest import made, observed, secret

SLOT = 1_700_000_000  # of `observed`
EARS = Listening(0, 0, 0, 2**40)


async def told(heard: Heard, *, wait: float = 0.0, permit: Permit | None = None, **fields: Any) -> Result:
    asked: list[tuple[str, str, int]] = []

    async def beats(component: str, check: str, slot: int, patience: float) -> tuple[Heard, Listening]:
        asked.append((component, check, slot))
        await asyncio.sleep(wait)
        return heard, EARS

    async with open_context(secret, None if permit is None else lambda: permit, beats) as context:
        result = await observed(made("heartbeat", **{"period": "1h", **fields}), context)
    assert set(asked) <= {("shop", "heartbeat", SLOT)}
    return result


async def test_a_beat_in_time_is_up_and_says_nothing_of_response_times() -> None:
    result = await told(Heard(success=Beat(SLOT - 3959, Signal.SUCCESS, 70)))
    assert (result.outcome, result.failure, result.phases, result.attempts) == (State.UP, None, Phases(), 1)


async def test_silence_is_down_a_tenth_of_the_period_later() -> None:
    result = await told(Heard(success=Beat(SLOT - 3960, Signal.SUCCESS)))
    assert (result.outcome, result.attempts) == (State.DOWN, 1)
    assert result.failure is not None
    assert result.failure.kind is FailureKind.SILENT


async def test_a_run_that_took_too_long_is_degraded() -> None:
    slow = Heard(success=Beat(SLOT, Signal.SUCCESS, 90_001))
    result = await told(slow, expect={"slower_than": "90s"})
    assert result.outcome is State.DEGRADED
    assert result.failure == Failure(FailureKind.SLOW, "took 90001ms, not 90s")
    assert (await told(slow, expect={"slower_than": "91s"})).outcome is State.UP


async def test_a_database_that_does_not_answer_in_time_is_our_own_fault() -> None:
    result = await told(Heard(), wait=5, timeout="50ms")
    assert result.outcome is State.UNKNOWN
    assert result.failure is not None
    assert result.failure.kind is FailureKind.PROBER_LATE


async def test_an_agent_hears_no_beats() -> None:
    result = await told(Heard(success=Beat(SLOT, Signal.SUCCESS)), permit=Permit())
    assert result.outcome is State.UNKNOWN
    assert result.failure is not None
    assert result.failure.kind is FailureKind.REFUSED_ADDRESS


def test_a_heartbeat_has_either_a_period_or_a_deadline() -> None:
    for fields in ({}, {"period": "1h", "by": "06:00"}):
        with pytest.raises(ValidationError, match="write either period: 1h"):
            made("heartbeat", **fields)


def test_a_definition_holds_only_what_belongs_to_its_promise() -> None:
    daily = made("heartbeat", by="06:00", zone="Asia/Jakarta", days=["mon", "fri"], window="6h")
    assert {key: daily.definition()[key] for key in ("by", "days", "window", "zone")} == {
        "by": "06:00",
        "days": ["mon", "fri"],
        "window": "6h",
        "zone": "Asia/Jakarta",
    }
    assert not {"by", "days", "window", "zone", "grace"} & set(made("heartbeat", period="1h").definition())
    assert daily.pause_before_retry() == timedelta(0)


async def test_half_of_its_time_may_go_by_waiting_for_what_other_hubs_were_told() -> None:
    patiences: list[float] = []

    async def beats(component: str, check: str, slot: int, patience: float) -> tuple[Heard, Listening]:
        patiences.append(patience)
        return Heard(success=Beat(SLOT, Signal.SUCCESS)), EARS

    async with open_context(secret, None, beats) as context:
        for timeout in ("400ms", "10s"):
            await observed(made("heartbeat", period="1h", timeout=timeout), context)
    assert patiences == [0.2, 5.0]
