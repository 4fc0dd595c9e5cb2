"""Three agents and a hub as processes, with a road for each agent: started, hurt, and read at the end."""

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from monitor.core.model import Result, Seconds, Span
from monitor.storage.store import Store
from tests.chaos.road import Road, opened
from tests.chaos.target import Target, standing
from tests.running import ROOT, Janji, free_port

NAMES = ("one", "two", "three")
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
    """All that takes part. `hurt` is when an agent may have lost something, or seen by a wrong clock: from, to."""

    folder: Path
    database: str
    hub: Janji
    target: Target
    roads: dict[str, Road]
    agents: dict[str, Janji] = field(default_factory=dict)
    env: dict[str, dict[str, str]] = field(default_factory=dict)
    hurt: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {name: [] for name in NAMES})

    def config(self) -> Path:
        return self.folder / "janji.yaml"

    def start_hub(self) -> None:
        self.hub.start(self.config())

    def start_agent(self, name: str) -> None:
        self.agents[name].start(self.folder / "none.yaml", self.env[name])

    def set_clock(self, name: str, ahead: float) -> None:
        file = self.folder / f"{name}.ahead"
        file.with_suffix(".part").write_text(str(ahead))
        file.with_suffix(".part").rename(file)

    def fill_disk(self, name: str, *, full: bool) -> None:
        """No file of this agent grows any more: its disk is full, as far as it can tell."""
        _, hard = resource.prlimit(self.agents[name].process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.agents[name].process.pid, resource.RLIMIT_FSIZE, (0 if full else hard, hard))

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

    def stored(self) -> tuple[list[Result], list[Span], int]:
        """Every result that the hub has, its timeline, and how far that is settled."""
        with closing(Store.open_read_only(self.database)) as store:
            watermark = store.components()["shop"].watermark
            assert watermark is not None
            return store.results("shop", 0, 2**40), store.spans("shop", 0, watermark), watermark

    def is_calm(self, since: Seconds) -> bool:
        """Whether all agents were heard of since then, hold nothing back, and the timeline is settled up to there."""
        with closing(Store.open_read_only(self.database)) as store:
            said = [contact for (contact,) in store.contacts.all().values()]
            watermark = store.components()["shop"].watermark
        heard = [
            item for item in said if item.seen_at > since and item.waiting is not None and not item.waiting.backlog
        ]
        well = len(heard) == len(NAMES) and all(item.skewed_since is None for item in heard)
        return well and watermark is not None and watermark > since

    def close(self) -> None:
        for process in (*self.agents.values(), self.hub):
            process.close()


@asynccontextmanager
async def gathered(folder: Path, database: str, rng: Random) -> AsyncIterator[Party]:
    """Everything started, and seen to work."""
    admin = free_port()
    async with AsyncExitStack() as stack:
        target = await stack.enter_async_context(standing(Target(another(rng))))
        roads = {}
        for name in NAMES:
            road = Road(f"http://127.0.0.1:{admin}", another(rng))
            roads[name] = await stack.enter_async_context(opened(road))
        party = Party(folder, database, Janji(folder), target, roads)
        stack.callback(party.close)
        _write(party, admin)
        await asyncio.to_thread(party.start_hub)
        for name in NAMES:
            await _begin(party, name)
        yield party


def _write(party: Party, admin: int) -> None:
    names = ", ".join(f"{{name: {name}, agent: true}}" for name in NAMES)
    party.config().write_text(f"""
server: {{listen: "127.0.0.1:{free_port()}", admin: "127.0.0.1:{admin}", database: "{party.database}"}}
locations: [{names}]
components:
  - id: shop
    bridge: 0s
    checks:
      - kind: http
        url: "http://127.0.0.1:{party.target.port}/"
        headers: {{X-Who: "${{WHO}}"}}
        every: 1s
        timeout: 900ms
        retry: 0s
""")


async def _begin(party: Party, name: str) -> None:
    home = party.folder / name
    (home / "python").mkdir(parents=True)
    (home / "python/sitecustomize.py").write_text(SKEWED)
    file = home / "agent.yaml"
    age = f"spool: {{age: {AGE}s}}\n" if name == "three" else ""
    file.write_text(f"allow: [127.0.0.1]\nsecrets: {{WHO: [127.0.0.1]}}\n{age}")
    party.set_clock(name, 0)
    token = (await party.command("token", "create", name, "--scope", f"location:{name}"))["token"]
    party.env[name] = {
        "JANJI_AGENT_TOKEN": token,
        "WHO": name,
        "CLOCK_IS_AHEAD": str(party.folder / f"{name}.ahead"),
        "PYTHONPATH": f"{home / 'python'}:{ROOT}",
    }
    road = f"http://127.0.0.1:{party.roads[name].port}"
    party.agents[name] = Janji(home, ("agent", "--hub", road, "--location", name, "--file", str(file)))
    await asyncio.to_thread(party.start_agent, name)


def another(rng: Random) -> Random:
    """A chance of its own, of the same seed."""
    return Random(rng.random())  # noqa: S311 - a course of events, no secret


def now() -> float:
    return time.time()
