"""Three agents and one hub or two as processes, and roads between them: started, hurt, and read at the end.

The agent `one` reaches two hubs by a balancer; the others know both.
"""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from monitor.core.model import Result, Seconds, Span
from monitor.storage.store import Store
from tests.chaos.namespace import Namespace, NoNamespaces, namespace
from tests.chaos.road import LOOPBACK, Road, opened
from tests.chaos.target import Target, standing
from tests.hubs import HubProcess, hub_in
from tests.running import ROOT, Janji
from tests.services import OwnPostgres

NAMES = ("one", "two", "three")
HERE = "here"
"""The location in the process of whichever hub leads."""

AGE = 6
"""Seconds that the agent `three` keeps results, where the file of the others says nothing."""

SKEWED = """
import os, time
real, file = time.time, os.environ["CLOCK_IS_AHEAD"]
def ahead():
    with open(file) as said:
        return float(said.read() or 0)
time.time = lambda: real() + ahead()
"""
"""What Python loads at its start: this process's clock goes wrong by what a file says. Nothing in Janji knows of it."""


@dataclass
class Party:
    """All that takes part. `roads` are those of each agent; `place` is where `three` runs, if not beside the others.

    `hurt` is when a location may have lost something, or seen by a wrong clock: from, to.
    """

    folder: Path
    database: str
    hubs: list[HubProcess]
    target: Target
    roads: dict[str, list[Road]]
    place: Namespace | None = None
    postgres: OwnPostgres | None = None
    agents: dict[str, Janji] = field(default_factory=dict)
    env: dict[str, dict[str, str]] = field(default_factory=dict)
    hurt: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {name: [] for name in (*NAMES, HERE)})
    takeovers: list[tuple[str, float]] = field(default_factory=list)
    """What became of the leader, and after how many seconds another hub led."""
    went: int = 0
    """How often PostgreSQL went away so far."""
    came: float = 0.0
    """When it was there again at last."""
    is_away: bool = False

    def config(self) -> Path:
        return self.folder / "janji.yaml"

    def start_hub(self, hub: HubProcess) -> None:
        """Starts it as a supervisor does: one that finds no database ends, and is started again."""
        while True:
            went = self.went
            while self.is_away:
                time.sleep(0.1)
            try:
                return hub.start({"WHO": HERE})
            except AssertionError:
                if went == self.went:
                    raise

    def start_agent(self, name: str) -> None:
        self.agents[name].start(self.folder / "none.yaml", self.env[name])

    def cut(self, name: str, *, off: bool) -> None:
        """Cuts an agent off from its hubs, or no longer: by its link, where it has one of its own, or on its road."""
        if name != "three" or self.place is None:
            for road in self.roads[name]:
                road.cut = off
        elif off:
            self.place.cut()
        else:
            self.place.mend()

    def set_clock(self, name: str, ahead: float) -> None:
        file = self.folder / f"{name}.ahead"
        file.with_suffix(".part").write_text(str(ahead))
        file.with_suffix(".part").rename(file)

    def fill_disk(self, name: str, *, full: bool) -> None:
        """No file of this agent grows any more: its disk is full, as far as it can tell."""
        _, hard = resource.prlimit(self.agents[name].process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.agents[name].process.pid, resource.RLIMIT_FSIZE, (0 if full else hard, hard))

    @contextmanager
    def without_database(self) -> Iterator[OwnPostgres]:
        """PostgreSQL, to be taken away, and to be given back before the end."""
        assert self.postgres is not None
        self.went, self.is_away = self.went + 1, True
        yield self.postgres
        self.came, self.is_away = now(), False

    async def command(self, *arguments: str) -> Any:
        """What a command says, as JSON."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "monitor", "--config", str(self.config()), *arguments, "--json"],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def stored(self, component: str) -> tuple[list[Result], list[Span]]:
        """Every result of a component that is kept, and its timeline as far as that is settled."""
        with closing(Store.open_read_only(self.database)) as store:
            watermark = store.components()[component].watermark
            assert watermark is not None
            return store.results(component, 0, 2**40), store.spans(component, 0, watermark)

    def is_calm(self, since: Seconds) -> bool:
        """Whether all agents were heard of since then, hold nothing back, and timelines are settled up to there."""
        with closing(Store.open_read_only(self.database)) as store:
            said = [contact for name, (contact,) in store.contacts.all().items() if name in NAMES]
            watermarks = [facts.watermark for facts in store.components().values()]
        heard = [
            item for item in said if item.seen_at > since and item.waiting is not None and not item.waiting.backlog
        ]
        well = len(heard) == len(NAMES) and all(item.skewed_since is None for item in heard)
        return well and all(watermark is not None and watermark > since for watermark in watermarks)

    def close(self) -> None:
        """Ends everybody; what they said stays beside what they wrote, for whoever has to find out why."""
        for process in (*self.agents.values(), *(hub.janji for hub in self.hubs)):
            process.close()
            (process.directory / "said.log").write_text(process.output)


@asynccontextmanager
async def gathered(
    folder: Path, database: str, rng: Random, postgres: OwnPostgres | None = None
) -> AsyncIterator[Party]:
    """Everything started, and seen to work: one hub, or two on a PostgreSQL that may be taken away."""
    async with AsyncExitStack() as stack:
        place = None
        try:
            place = stack.enter_context(namespace())
        except NoNamespaces as error:
            print(f"NO NETWORK NAMESPACES HERE: the agent three is cut off on its road instead ({error})")
        target = await stack.enter_async_context(standing(_target(another(rng), place)))
        names = ("hub",) if postgres is None else ("this", "that")
        hubs = [hub_in(folder / name, folder / "janji.yaml") for name in names]
        roads: dict[str, list[Road]] = {}
        for name in NAMES:
            for led in [[hub.admin for hub in hubs]] if name == "one" else [[hub.admin] for hub in hubs]:
                road = Road(led, another(rng), place.hub if name == "three" and place is not None else LOOPBACK)
                roads.setdefault(name, []).append(await stack.enter_async_context(opened(road)))
        party = Party(folder, database, hubs, target, roads, place, postgres)
        stack.callback(party.close)
        _write(party)
        for hub in hubs:
            await asyncio.to_thread(party.start_hub, hub)
        for name in NAMES:
            await _begin(party, name)
        yield party


def _target(rng: Random, place: Namespace | None) -> Target:
    return Target(rng) if place is None else Target(rng, place.target)


def _write(party: Party) -> None:
    names = ", ".join(f"{{name: {name}, agent: true}}" for name in NAMES)
    check = f"""kind: http
        url: "http://{party.target.host}:{party.target.port}/"
        headers: {{X-Who: "${{WHO}}"}}
        every: 1s
        timeout: 900ms
        retry: 0s"""
    party.config().write_text(f"""
server: {{database: "{party.database}"}}
locations: [{{name: {HERE}}}, {names}]
components:
  - id: shop
    bridge: 0s
    checks:
      - locations: [{", ".join(NAMES)}]
        {check}
  - id: desk
    bridge: 0s
    checks:
      - locations: [{HERE}]
        {check}
""")


async def _begin(party: Party, name: str) -> None:
    home = party.folder / name
    (home / "python").mkdir(parents=True)
    (home / "python/sitecustomize.py").write_text(SKEWED)
    file = home / "agent.yaml"
    age = f"spool: {{age: {AGE}s}}\n" if name == "three" else ""
    file.write_text(f"allow: [{party.target.host}]\nsecrets: {{WHO: [{party.target.host}]}}\n{age}")
    party.set_clock(name, 0)
    token = (await party.command("token", "create", name, "--scope", f"location:{name}"))["token"]
    party.env[name] = {
        "JANJI_AGENT_TOKEN": token,
        "WHO": name,
        "CLOCK_IS_AHEAD": str(party.folder / f"{name}.ahead"),
        "PYTHONPATH": f"{home / 'python'}:{ROOT}",
    }
    hubs = [part for road in party.roads[name] for part in ("--hub", road.url)]
    command = ("agent", *hubs, "--insecure-http", "--location", name, "--file", str(file))
    within = party.place.within if name == "three" and party.place is not None else ()
    party.agents[name] = Janji(home, command, within)
    await asyncio.to_thread(party.start_agent, name)


def another(rng: Random) -> Random:
    """A chance of its own, of the same seed."""
    return Random(rng.random())  # noqa: S311 - a course of events, no secret


def now() -> float:
    return time.time()
