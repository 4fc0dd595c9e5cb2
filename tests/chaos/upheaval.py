"""What goes wrong with two hubs and their PostgreSQL, and how long it takes until one of them leads."""

import asyncio
from random import Random

from tests.chaos.party import HERE, Party, now
from tests.chaos.turmoil import LATE, Happening
from tests.hubs import TAKEOVER, HubProcess

HELD = 5.0
"""Seconds: what a hub saw while PostgreSQL hung is on its disk by then."""


async def _kill_leader(party: Party, rng: Random) -> None:
    leader = await _leader(party)
    began = now()
    leader.janji.kill()
    await _taken_over(party, leader, began, "killed")
    await asyncio.sleep(rng.uniform(0, 2))
    await asyncio.to_thread(party.start_hub, leader)


async def _kill_leader_and_start_it(party: Party, rng: Random) -> None:
    """Whichever is first leads."""
    leader = await _leader(party)
    began = now()
    leader.janji.kill()
    started = asyncio.to_thread(party.start_hub, leader)
    await asyncio.gather(started, _taken_over(party, None, began, "killed and started"))


async def _freeze_leader(party: Party, rng: Random) -> None:
    """For longer than its session lives: it wakes up to another leader, or later still."""
    leader = await _leader(party)
    began = now()
    leader.janji.pause()
    try:
        await _taken_over(party, leader, began, "frozen")
        await asyncio.sleep(rng.uniform(0, 3))
    finally:
        leader.janji.resume()


async def _nap_leader(party: Party, rng: Random) -> None:
    """For about as long as its session lives, or less: it may go on to lead."""
    leader = await _leader(party)
    began = now()
    leader.janji.pause()
    await asyncio.sleep(rng.choice((rng.uniform(1, 4), rng.uniform(9.5, 11))))
    leader.janji.resume()
    party.hurt[HERE].append((began - HELD, now() + LATE))


async def _kill_follower(party: Party, rng: Random) -> None:
    leader = await _leader(party)
    (follower,) = (hub for hub in party.hubs if hub is not leader)
    began = now()
    follower.janji.kill()
    await asyncio.sleep(rng.uniform(0, 2))
    await asyncio.to_thread(party.start_hub, follower)
    # By then it may have led: of the other, while the database was away, nobody knows.
    party.hurt[HERE].append((began - HELD, now() + LATE))


async def _freeze_follower(party: Party, rng: Random) -> None:
    leader = await _leader(party)
    (follower,) = (hub for hub in party.hubs if hub is not leader)
    began = now()
    follower.janji.pause()
    await asyncio.sleep(rng.uniform(1, 12))
    follower.janji.resume()
    party.hurt[HERE].append((began - HELD, now() + LATE))


async def _kill_both(party: Party, rng: Random) -> None:
    began = now()
    for hub in party.hubs:
        hub.janji.kill()
    await asyncio.sleep(rng.uniform(0, 1))
    started = [asyncio.to_thread(party.start_hub, hub) for hub in party.hubs]
    await asyncio.gather(*started, _taken_over(party, None, began, "killed with the other"))


async def _kill_database(party: Party, rng: Random) -> None:
    with party.without_database() as postgres:
        await asyncio.to_thread(postgres.kill)
        await asyncio.sleep(rng.choice((0, rng.uniform(0, 6))))
        await asyncio.to_thread(postgres.start)


async def _freeze_database(party: Party, rng: Random) -> None:
    with party.without_database() as postgres:
        postgres.pause()
        try:
            await asyncio.sleep(rng.choice((rng.uniform(1, 4), rng.uniform(9, 13))))
        finally:
            postgres.resume()


HUBS: tuple[Happening, ...] = (
    _kill_leader,
    _kill_leader_and_start_it,
    _freeze_leader,
    _nap_leader,
    _kill_follower,
    _freeze_follower,
    _kill_both,
)
DATABASE: tuple[Happening, ...] = (_kill_database, _freeze_database)


async def _leader(party: Party) -> HubProcess:
    """The hub that leads, as soon as there is one that says so."""
    return (await _leading(party, None, now()))[0]


async def _taken_over(party: Party, hurt: HubProcess | None, began: float, how: str) -> None:
    """Waits until a hub leads again that was not hurt, and notes how long it took."""
    leader, took = await _leading(party, hurt, began)
    party.takeovers.append((how, took))
    print(f"the leader was {how}: {leader.janji.directory.name} leads after {took:.1f} s")
    party.hurt[HERE].append((began - HELD, now() + LATE))


async def _leading(party: Party, but: HubProcess | None, began: float) -> tuple[HubProcess, float]:
    """Who leads, and after how many seconds in which there was a database."""
    while True:
        for hub in party.hubs:
            if hub is not but and await asyncio.to_thread(_leads, hub):
                return hub, now() - max(began, party.came)
        assert party.is_away or now() - max(began, party.came) < TAKEOVER, f"nobody leads within {TAKEOVER} s"
        await asyncio.sleep(0.2)


def _leads(hub: HubProcess) -> bool:
    try:
        return hub.role == "leads"
    except (OSError, ValueError):
        return False
