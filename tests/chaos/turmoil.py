"""What goes wrong, and when: by chance, from a seed that is printed."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeAlias

from tests.chaos.party import HERE, NAMES, Party, another, now

Happening: TypeAlias = Callable[[Party, Random], Awaitable[None]]

AHEAD = 8.0
"""Seconds that a clock is wrong by."""

LATE = 2.5
"""Seconds: what was seen shortly before may not have reached the disk, or not have been seen to its end."""


async def turmoil(party: Party, rng: Random, seconds: float, *streams: tuple[Happening, ...]) -> None:
    """Everything that can happen to agents, and what happens to hubs and their database beside, happens at least once,
    and goes on to happen for so long. Of a stream one thing happens at a time."""
    began = now()
    agents = ((_kill_one, _skew_two, _freeze_three), (_fill_two, _cut_three, _cut_two))
    await asyncio.gather(
        *(_again(party, another(rng), began, began + seconds, stream) for stream in (*agents, *streams))
    )
    for name in NAMES:
        party.cut(name, off=False)


async def _again(party: Party, rng: Random, began: float, end: float, happenings: tuple[Happening, ...]) -> None:
    chosen = list(happenings)
    rng.shuffle(chosen)
    first = True
    while first or now() < end:
        for happening in chosen:
            await asyncio.sleep(rng.uniform(0.5, 3))
            at = now()
            await happening(party, rng)
            print(f"{at - began:7.1f} to {now() - began:5.1f} s: {happening.__name__.strip('_').replace('_', ' ')}")
        first = False


async def kill_hub(party: Party, rng: Random) -> None:
    """The only one."""
    (hub,) = party.hubs
    began = now()
    hub.janji.kill()
    await asyncio.sleep(rng.uniform(0, 2))
    await asyncio.to_thread(party.start_hub, hub)
    party.hurt[HERE].append((began - LATE, now() + LATE))


async def freeze_hub(party: Party, rng: Random) -> None:
    """The only one."""
    (hub,) = party.hubs
    began = now()
    hub.janji.pause()
    await asyncio.sleep(rng.uniform(1, 4))
    hub.janji.resume()
    party.hurt[HERE].append((began - LATE, now() + LATE))


async def repeat(party: Party, _rng: Random) -> None:
    """Old batches come again, in another order."""
    for name in NAMES:
        for road in party.roads[name]:
            await road.repeat()


async def _kill_one(party: Party, rng: Random) -> None:
    at = now()
    party.agents["one"].kill()
    await asyncio.sleep(rng.uniform(0, 2))
    await asyncio.to_thread(party.start_agent, "one")
    party.hurt["one"].append((at - LATE, at))


async def _skew_two(party: Party, rng: Random) -> None:
    ahead = rng.choice((AHEAD, -AHEAD))
    began = now()
    party.set_clock("two", ahead)
    await asyncio.sleep(rng.uniform(3, 6))
    party.set_clock("two", 0)
    # Slots that it took for probed already, or that are not there by the other clock, are lost too.
    party.hurt["two"].append((began - LATE - AHEAD, now() + LATE + AHEAD))


async def _freeze_three(party: Party, rng: Random) -> None:
    began = now()
    party.agents["three"].pause()
    await asyncio.sleep(rng.uniform(1, 4))
    party.agents["three"].resume()
    party.hurt["three"].append((began - LATE, now() + LATE))


async def _fill_two(party: Party, rng: Random) -> None:
    party.fill_disk("two", full=True)
    await asyncio.sleep(rng.uniform(1, 4))
    party.fill_disk("two", full=False)


async def _cut_three(party: Party, rng: Random) -> None:
    party.cut("three", off=True)
    await asyncio.sleep(rng.uniform(8, 12))
    party.cut("three", off=False)


async def _cut_two(party: Party, rng: Random) -> None:
    """From all its hubs, or from one."""
    for road in rng.sample(party.roads["two"], rng.randint(1, len(party.roads["two"]))):
        road.cut = True
    await asyncio.sleep(rng.uniform(3, 8))
    party.cut("two", off=False)
