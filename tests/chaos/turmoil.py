"""What goes wrong, and when: by chance, from a seed that is printed."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeAlias

import psycopg

from tests.chaos.party import NAMES, Party, another, now

Happening: TypeAlias = Callable[[Party, Random], Awaitable[None]]

AHEAD = 8.0
"""Seconds that a clock is wrong by."""

_LATE = 2.5
"""Seconds: what was seen shortly before may not have reached the disk, or not have been seen to its end."""


async def turmoil(party: Party, rng: Random, seconds: float) -> None:
    """Everything that can happen happens at least once, and goes on to happen for so long."""
    end = now() + seconds
    await asyncio.gather(
        _again(party, another(rng), end, _kill_hub, _freeze_hub),
        _again(party, another(rng), end, _kill_one, _skew_two, _freeze_three),
        _again(party, another(rng), end, _fill_two, _cut_three, _cut_two),
        _again(party, another(rng), end, _repeat, _lose_database),
    )
    for road in party.roads.values():
        road.cut = False


async def _again(party: Party, rng: Random, end: float, *happenings: Happening) -> None:
    chosen = list(happenings)
    rng.shuffle(chosen)
    first = True
    while first or now() < end:
        for happening in chosen:
            await asyncio.sleep(rng.uniform(0.5, 3))
            await happening(party, rng)
        first = False


async def _kill_hub(party: Party, rng: Random) -> None:
    party.hub.kill()
    await asyncio.sleep(rng.uniform(0, 2))
    await asyncio.to_thread(party.start_hub)


async def _freeze_hub(party: Party, rng: Random) -> None:
    party.hub.pause()
    await asyncio.sleep(rng.uniform(1, 4))
    party.hub.resume()


async def _kill_one(party: Party, rng: Random) -> None:
    at = now()
    party.agents["one"].kill()
    await asyncio.sleep(rng.uniform(0, 2))
    await asyncio.to_thread(party.start_agent, "one")
    party.hurt["one"].append((at - _LATE, at))


async def _skew_two(party: Party, rng: Random) -> None:
    ahead = rng.choice((AHEAD, -AHEAD))
    began = now()
    party.set_clock("two", ahead)
    await asyncio.sleep(rng.uniform(3, 6))
    party.set_clock("two", 0)
    # Slots that it took for probed already, or that are not there by the other clock, are lost too.
    party.hurt["two"].append((began - _LATE - AHEAD, now() + _LATE + AHEAD))


async def _freeze_three(party: Party, rng: Random) -> None:
    began = now()
    party.agents["three"].pause()
    await asyncio.sleep(rng.uniform(1, 4))
    party.agents["three"].resume()
    party.hurt["three"].append((began - _LATE, now() + _LATE))


async def _fill_two(party: Party, rng: Random) -> None:
    party.fill_disk("two", full=True)
    await asyncio.sleep(rng.uniform(1, 4))
    party.fill_disk("two", full=False)


async def _cut_three(party: Party, rng: Random) -> None:
    party.roads["three"].cut = True
    await asyncio.sleep(rng.uniform(8, 12))
    party.roads["three"].cut = False


async def _cut_two(party: Party, rng: Random) -> None:
    party.roads["two"].cut = True
    await asyncio.sleep(rng.uniform(3, 8))
    party.roads["two"].cut = False


async def _lose_database(party: Party, _rng: Random) -> None:
    """Every connection to PostgreSQL is cut, as by a server that was killed. SQLite dies with its hub."""
    if party.database.startswith("postgresql"):
        async with await psycopg.AsyncConnection.connect(party.database, autocommit=True) as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> "
                "pg_backend_pid()"
            )


async def _repeat(party: Party, _rng: Random) -> None:
    for name in NAMES:
        await party.roads[name].repeat()
