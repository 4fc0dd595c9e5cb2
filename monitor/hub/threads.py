"""The executors of the hub's process: never the loop's default pool."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Threads:
    """One writer, the only one of the process on SQLite; a few readers."""

    writer: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "writer"))
    readers: Executor = field(default_factory=lambda: ThreadPoolExecutor(4, "reader"))

    def close(self) -> None:
        for executor in (self.writer, self.readers):
            executor.shutdown(wait=False, cancel_futures=True)


async def run_in(executor: Executor, call: Callable[[], T]) -> T:
    """What a call gives that would hold up the loop, made in a thread of an executor."""
    return await asyncio.get_running_loop().run_in_executor(executor, call)
