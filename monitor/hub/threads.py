"""The executors of the hub's process: never the loop's default pool."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Threads:
    """One writer, the only one of the process on SQLite; a few readers."""

    writer: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, "writer"))
    readers: Executor = field(default_factory=lambda: ThreadPoolExecutor(4, "reader"))

    def close(self) -> None:
        for executor in (self.writer, self.readers):
            executor.shutdown(wait=False, cancel_futures=True)
