"""What has to be true when everything that went wrong is over."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from monitor.core.model import FailureKind, Result, Seconds, Span, State
from tests.chaos.party import HERE, NAMES, Party, now

PATIENCE = 90

OURS = {FailureKind.PROBER_LATE, FailureKind.CLOCK_JUMP}
"""What a location may say of itself on a machine that has no time for it; nothing else that is unknown was planned."""


@dataclass(frozen=True, slots=True)
class End:
    """When all was well again, and how many results each agent gave up for want of room."""

    calm: Seconds
    dropped: Mapping[str, int]


async def at_the_end(party: Party) -> End:
    """Waits until the hub has all that the agents kept, and has judged it; then everybody goes home."""
    calm = int(now())
    async with asyncio.timeout(PATIENCE):
        while not party.is_calm(calm):  # noqa: ASYNC110 - what other processes do can only be looked at
            await asyncio.sleep(0.5)
    dropped = {item["name"]: item["dropped"] for item in await party.command("locations")}
    for process in (*party.agents.values(), *(hub.janji for hub in party.hubs)):
        await asyncio.to_thread(process.stop)
    return End(calm, dropped)


def agree(party: Party, end: End) -> None:
    """The timelines with what the target told whom, slot by slot; what was acknowledged with what is kept."""
    shop, shop_spans = party.stored("shop")
    desk, desk_spans = party.stored("desk")
    for process in (party.agents["one"], *(hub.janji for hub in party.hubs)):
        assert "Traceback" not in process.output, f"see {process.directory}/said.log"
    kept = {(item.location, item.slot): item for item in (*shop, *desk)}
    accepted = set().union(*(road.acknowledged for roads in party.roads.values() for road in roads))
    assert [item for item in accepted if (item.location, item.slot) not in kept] == [], "what was acknowledged is kept"
    _nothing_is_made_up(kept.values(), party.target.told)
    told = {key: answers for key, answers in party.target.told.items() if key[1] < end.calm}
    silent = {key for key in told if key not in kept}
    unknown = {key for key in told if key in kept and kept[key].outcome is State.UNKNOWN}
    unplanned = {key for key in silent | unknown if not _hurt(party, *key)}
    assert {key for key in unplanned & unknown if kept[key].failure.kind not in OURS} == set()  # type: ignore[union-attr]
    missing = {name: sorted(slot for who, slot in unplanned & silent if who == name) for name in (*NAMES, HERE)}
    assert missing["one"] == missing[HERE] == []
    assert missing["two"] == [], end.dropped["two"]
    assert len(missing["three"]) <= end.dropped["three"], "what was given up was counted"
    seen = {key: answers[-1] for key, answers in told.items() if key not in silent | unknown}
    _is_that_of(shop_spans, end.calm, lambda slot: _verdict(slot, seen))
    # Two hubs may probe a slot while the lead goes over: which of two answers counts is the vote's rule.
    _is_that_of(desk_spans, end.calm, lambda slot: kept[HERE, slot].outcome if (HERE, slot) in kept else State.UNKNOWN)


def _is_that_of(spans: Iterable[Span], calm: Seconds, expected: Callable[[Seconds], State]) -> None:
    by_slot = {span.start + offset: span.state for span in spans for offset in range(span.length)}
    judged = {slot: state for slot, state in by_slot.items() if slot < calm}
    wrong = {slot: (state, expected(slot)) for slot, state in judged.items() if state is not expected(slot)}
    assert wrong == {}
    assert set(judged.values()) >= {State.UP, State.DOWN}


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
