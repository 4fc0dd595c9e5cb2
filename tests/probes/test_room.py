"""All large answers together hold so much and no more; who gets no room in time tells nothing of its target."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from monitor.core.model import FailureKind, Result, State
from monitor.probes import ProbeContext
from monitor.probes.room import FREE, MOST_HELD, Room
from tests.probes import servers
from tests.probes.conftest import made, observed
from tests.probes.servers import Behaviour, answers, serving

KIB = 1024
OK = b"HTTP/1.1 200 OK\r\n\r\n"
OURS = (State.UNKNOWN, FailureKind.PROBER_LATE)
LOOKED_AT = {"contains": "x"}


class Watched(Room):
    """Remembers the least that was free."""

    __slots__ = ("least",)

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.least = size

    async def take(self, size: int) -> None:
        await super().take(size)
        self.least = min(self.least, self.free)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what a probe does can only be looked at
            await asyncio.sleep(0.005)


def told(result: Result) -> tuple[State, FailureKind | None]:
    return result.outcome, result.failure and result.failure.kind


def large(kib: int) -> Behaviour:
    """Says so many KiB without saying how many, and ends."""

    async def behaviour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        for _ in range(kib):
            writer.write(b"x" * KIB)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    return behaviour


async def probed(context: ProbeContext, room: Room, behaviour: Behaviour, **fields: Any) -> Result:
    fields = {"timeout": "20s", "every": "60s", "expect": LOOKED_AT} | fields
    async with serving(behaviour) as port:
        check = made("http", url=f"http://127.0.0.1:{port}/", **fields)
        async with asyncio.timeout(30):
            return await observed(check, replace(context, room=room))


@asynccontextmanager
async def waiting(
    context: ProbeContext, behaviour: Behaviour, size: int = 1024 * KIB, **fields: Any
) -> AsyncIterator[tuple[Room, Awaitable[Result]]]:
    """A probe that waits for room, all of which is taken."""
    room = Room(size)
    await room.take(size)
    probe = asyncio.create_task(probed(context, room, behaviour, **fields))
    await until(lambda: not room.has(0))
    yield room, probe
    await probe


async def test_many_large_answers_at_once_hold_no_more_than_there_is_and_all_are_read(context: ProbeContext) -> None:
    room = Watched(1024 * KIB)
    async with serving(large(300)) as port:
        check = made("http", url=f"http://127.0.0.1:{port}/", timeout="30s", body_limit=400 * KIB, expect=LOOKED_AT)
        lent = replace(context, room=room)
        results = await asyncio.gather(*(observed(check, lent) for _ in range(12)))
    assert [told(result) for result in results] == [(State.UP, None)] * 12
    assert 0 <= room.least < 400 * KIB, "more than two were read at once, and never more than there was room for"
    assert room.free == 1024 * KIB


async def test_who_gets_no_room_in_time_is_unknown_by_our_own_fault_and_not_tried_again(context: ProbeContext) -> None:
    async with waiting(context, large(300), timeout="300ms", retry="100ms") as (room, probe):
        result = await probe
    assert told(result) == OURS
    assert result.attempts == 1
    assert result.failure is not None
    assert "no room" in result.failure.detail
    await until(lambda: room.has(0))


async def test_a_target_that_goes_silent_after_we_kept_it_waiting_is_not_down(context: ProbeContext) -> None:
    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"x" * 100 * KIB)
        await asyncio.Event().wait()

    async with waiting(context, stalls, timeout="1500ms") as (room, probe):
        await asyncio.sleep(0.4)
        room.give(1024 * KIB)
        assert told(await probe) == OURS
    assert told(await probed(context, Room(), stalls, timeout="500ms")) == (State.DOWN, FailureKind.TIMEOUT)


async def test_an_answer_that_is_slow_because_we_kept_it_waiting_is_not_degraded(context: ProbeContext) -> None:
    expect = {"contains": "x", "slower_than": "50ms"}
    async with waiting(context, large(300), expect=expect) as (room, probe):
        await asyncio.sleep(0.4)
        room.give(1024 * KIB)
        assert told(await probe) == OURS


@pytest.mark.parametrize(
    ("expect", "told_of"),
    [(LOOKED_AT, (State.UP, None)), ({"contains": "y"}, (State.DOWN, FailureKind.CONTENT))],
)
async def test_what_an_answer_says_counts_though_it_had_to_wait(
    expect: dict[str, Any], told_of: tuple[State, FailureKind | None], context: ProbeContext
) -> None:
    async with waiting(context, large(300), expect=expect) as (room, probe):
        await asyncio.sleep(0.4)
        room.give(1024 * KIB)
        assert told(await probe) == told_of
    assert room.free == 1024 * KIB


@pytest.mark.parametrize(
    ("behaviour", "expect"),
    [
        (answers(b"x" * FREE), LOOKED_AT),
        (large(300), {}),
        (large(300), {"status": 200}),
    ],
    ids=["small", "not-looked-at", "status"],
)
async def test_small_answers_and_those_that_nobody_looks_at_need_no_room(
    behaviour: Behaviour, expect: dict[str, Any], context: ProbeContext
) -> None:
    assert told(await probed(context, Room(0), behaviour, expect=expect)) == (State.UP, None)


async def test_an_answer_that_says_how_long_it_is_needs_no_more_room_than_that(context: ProbeContext) -> None:
    room = Watched(200 * KIB)
    assert told(await probed(context, room, answers(b"x" * 100 * KIB))) == (State.UP, None)
    assert room.least == 100 * KIB


async def _reset_later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b"x" * 300 * KIB)
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("behaviour", "fields"),
    [
        (_reset_later, {}),
        (servers.endless(OK, b"x" * 65_536), {}),
        (servers.endless(OK, b"x" * 100), {"timeout": "300ms", "body_limit": 64 * KIB * KIB}),
        (answers(b"x" * 100 * KIB, status="500 Oh"), {}),
    ],
    ids=["cut-off", "endless", "time-over", "error"],
)
async def test_room_is_given_back_however_it_ends(
    behaviour: Behaviour, fields: dict[str, Any], context: ProbeContext
) -> None:
    room = Watched(MOST_HELD)
    assert (await probed(context, room, behaviour, **fields)).outcome is State.DOWN
    assert room.least < MOST_HELD
    assert room.free == MOST_HELD


async def test_the_answers_of_several_steps_are_held_one_after_the_other(context: ProbeContext) -> None:
    async with serving(large(300)) as port:
        step = {"url": f"http://127.0.0.1:{port}/", "expect": LOOKED_AT}
        check = made("http", steps=[step, step, step], timeout="20s", body_limit=400 * KIB)
        room = Watched(400 * KIB)
        assert told(await observed(check, replace(context, room=room))) == (State.UP, None)
    assert (room.least, room.free) == (0, 400 * KIB)


async def test_room_is_given_in_turn_and_a_large_one_is_not_passed_over() -> None:
    room, got = Room(100), []

    async def take(name: str, size: int) -> None:
        await room.take(size)
        got.append(name)

    await room.take(60)
    tasks = []
    for name, size in (("large", 80), ("small", 10)):
        tasks.append(asyncio.create_task(take(name, size)))
        await asyncio.sleep(0)
    assert got == []
    room.give(60)
    await asyncio.gather(*tasks)
    assert (got, room.free) == (["large", "small"], 10)


async def test_who_stops_waiting_holds_up_nobody_and_takes_nothing_along() -> None:
    room = Room(100)
    await room.take(60)
    first, second, third = (asyncio.create_task(room.take(size)) for size in (80, 30, 40))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([second], timeout=10)
    assert (second.done(), third.done(), room.free) == (True, False, 10)
    room.give(60)
    third.cancel()  # after it was its turn
    await asyncio.gather(first, third, return_exceptions=True)
    assert room.free == 70
