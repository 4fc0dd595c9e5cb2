"""What the parts of one agent share: where it stands, what it talks to, and the one thread that its files belong to."""

import asyncio
import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from monitor.agent.checks import Known
from monitor.agent.link import Link
from monitor.agent.waiting import Waiting
from monitor.core.secret import Lookup
from monitor.probes.run import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """The roof makes it. `chance` gives a number in [0, 1)."""

    location: str
    link: Link
    waiting: Waiting
    known: Known
    clock: Clock
    secrets: Lookup
    chance: Callable[[], float]
    disk: Executor  # one thread

    async def on_disk(self, work: Callable[[], T]) -> T:
        """Runs what touches files or takes long, beside the event loop and one after the other."""
        return await asyncio.get_running_loop().run_in_executor(self.disk, work)


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Makes the folder and keeps other agents out of it. Raises OSError; BlockingIOError for one in use."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
