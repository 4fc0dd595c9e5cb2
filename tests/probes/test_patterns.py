"""Patterns are looked for where they hold up nobody."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from monitor.core.model import FailureKind, State
from monitor.probes import ProbeContext, Sick
from monitor.probes.patterns import Patterns
from tests.probes.conftest import made, observed
from tests.probes.servers import answers, serving

ENDLESS = r"(a+)+$"
TEXT = "a" * 40 + "!"


@pytest.fixture
async def patterns() -> AsyncIterator[Patterns]:
    found = Patterns()
    yield found
    await found.close()


async def test_what_matches_is_found_with_its_groups(patterns: Patterns) -> None:
    assert await patterns.search("b(.)?(z)?", "äbc\0€") == ["bc", "c", None]
    assert await patterns.search("^$", "") == [""]
    assert await patterns.search("x", "äbc") is None
    assert await patterns.search("é{2}", "x" * 2_000_000 + "éé") == ["éé"]


async def test_a_pattern_that_never_ends_is_given_up_and_the_next_is_looked_for(
    patterns: Patterns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.probes.patterns.PATIENCE", 0.2)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    with pytest.raises(Sick) as told:
        await patterns.search(ENDLESS, TEXT)
    ticking.cancel()
    assert told.value.failure.kind is FailureKind.PROBE_ERROR
    assert "takes too long on this answer" in told.value.failure.detail
    assert ticks >= 3, "everything else went on meanwhile"
    monkeypatch.undo()
    assert await patterns.search("b", "abc") == ["b"]


async def test_a_pattern_that_fills_the_memory_ends_its_own_process_and_no_other(patterns: Patterns) -> None:
    with pytest.raises(Sick):
        await patterns.search("(?:.?){1,9}" * 9 + "x", "a" * 60_000_000)
    assert await patterns.search("b", "abc") == ["b"]


async def test_one_that_is_cancelled_leaves_no_answer_to_the_next(patterns: Patterns) -> None:
    searching = asyncio.create_task(patterns.search(ENDLESS, TEXT))
    await asyncio.sleep(0.1)
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert await patterns.search("b", "abc") == ["b"]


async def test_a_pattern_that_never_ends_makes_its_slot_unknown_and_not_down(context: ProbeContext) -> None:
    async with serving(answers(TEXT.encode())) as port:
        check = made("http", url=f"http://127.0.0.1:{port}/", expect={"regex": ENDLESS}, timeout="300ms")
        seen = await observed(check, context)
    assert seen.outcome is State.UNKNOWN
    assert seen.failure is not None
    assert seen.failure.kind is FailureKind.PROBER_LATE
