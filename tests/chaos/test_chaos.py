"""Three agents and a hub while everything goes wrong: at the end the timeline is that of the target's own log.

`JANJI_CHAOS_SEED` repeats a run, `JANJI_CHAOS_SECONDS` makes a longer one, `JANJI_CHAOS_POSTGRES` one on PostgreSQL.
In CI the course is always the same, as examples are: a change is judged by what it changed.
"""

import asyncio
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random, SystemRandom

import pytest

from monitor.core.model import FailureKind, Result, Seconds, State
from tests.chaos.party import NAMES, Party, gathered, now
from tests.chaos.turmoil import turmoil

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("JANJI_CHAOS_SEED") or (1 if os.environ.get("CI") else SystemRandom().randrange(10**6)))
LONG = float(os.environ.get("JANJI_CHAOS_SECONDS") or 20)
PATIENCE = 60

OURS = {FailureKind.PROBER_LATE, FailureKind.CLOCK_JUMP}
"""What a location may say of itself on a machine that has no time for it; nothing else that is unknown was planned."""


DATABASES = ("sqlite", "postgres") if os.environ.get("JANJI_CHAOS_POSTGRES") else ("sqlite",)
"""PostgreSQL where it is asked for: it is not another scenario, and takes as long."""


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/janji.db"
    return str(request.getfixturevalue("postgres_url"))


async def test_whatever_goes_wrong_the_timeline_is_that_of_the_targets_own_log(tmp_path: Path, database: str) -> None:
    print(f"seed {SEED}")
    rng = Random(SEED)  # noqa: S311 - a course of events, no secret
    async with gathered(tmp_path, database, rng) as party:
        await turmoil(party, rng, LONG)
        calm = int(now())
        dropped = await _handed_over(party, calm)
        for agent in party.agents.values():
            await asyncio.to_thread(agent.stop)
        await asyncio.to_thread(party.hub.stop)
        _agrees(party, calm, dropped)


async def _handed_over(party: Party, calm: Seconds) -> Mapping[str, int]:
    """Waits until the hub has all that the agents kept, and has judged it; says how many each gave up."""
    async with asyncio.timeout(PATIENCE):
        while not party.is_calm(calm):  # noqa: ASYNC110 - what other processes do can only be looked at
            await asyncio.sleep(0.5)
    return {item["name"]: item["dropped"] for item in await party.command("locations")}


def _agrees(party: Party, calm: Seconds, dropped: Mapping[str, int]) -> None:
    results, spans, _ = party.stored()
    assert party.agents["one"].output.count("Traceback") == 0
    accepted = set().union(*(road.acknowledged for road in party.roads.values()))
    kept = {(item.location, item.slot): item for item in results}
    lost = [item for item in accepted if (item.location, item.slot) not in kept]
    assert lost == [], "what was acknowledged is kept"
    told = {key: answers for key, answers in party.target.told.items() if key[1] < calm}
    _nothing_is_made_up(kept.values(), party.target.told)
    silent = {key for key in told if key not in kept}
    unknown = {key for key in told if key in kept and kept[key].outcome is State.UNKNOWN}
    unplanned = {key for key in silent | unknown if not _hurt(party, *key)}
    assert {key for key in unplanned & unknown if kept[key].failure.kind not in OURS} == set()  # type: ignore[union-attr]
    missing = {name: len([key for key in unplanned & silent if key[0] == name]) for name in NAMES}
    assert missing["one"] == missing["two"] == 0
    assert missing["three"] <= dropped["three"], "what was given up was counted"
    seen = {key: answers[-1] for key, answers in told.items() if key not in silent | unknown}
    by_slot = {span.start + offset: span.state for span in spans for offset in range(span.length)}
    wrong = {
        slot: (state, _verdict(slot, seen))
        for slot, state in by_slot.items()
        if slot < calm and state is not _verdict(slot, seen)
    }
    assert wrong == {}
    assert set(by_slot.values()) >= {State.UP, State.DOWN}


def _nothing_is_made_up(results: Iterable[Result], told: Mapping[tuple[str, int], list[bool]]) -> None:
    """Whatever a location says of its target the target told it, in that very slot."""
    for item in results:
        if item.outcome is not State.UNKNOWN:
            answers = told.get((item.location, item.slot), [])
            assert (item.outcome is State.UP) in answers, item


def _hurt(party: Party, name: str, slot: Seconds) -> bool:
    return any(start <= slot + 1 and slot <= end for start, end in party.hurt[name])


def _verdict(slot: Seconds, seen: Mapping[tuple[str, int], bool]) -> State:
    """Of three locations: two must report, and more than half of those that do must agree."""
    reports = [seen[name, slot] for name in NAMES if (name, slot) in seen]
    if len(reports) < 2:
        return State.UNKNOWN
    good = sum(reports)
    if len(reports) - good > len(reports) / 2:
        return State.DOWN
    return State.UP if good > len(reports) / 2 else State.DEGRADED
