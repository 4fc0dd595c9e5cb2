"""The floors that probing is held against: aiohttp with a fresh connection for each request, and nothing of ours.

`python -m benchmarks.support.floor PORT CHECKS EVERY [DATABASE]`: a heap as schedule and bare requests; with a
database, also one batched insert a second of what came out. No verdicts, no own faults told apart, no page.
"""

import asyncio
import heapq
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp

Row = tuple[int, int, int, int]


async def main(port: int, checks: int, every: float, database: str | None = None) -> None:
    """Requests each URL once every `every` seconds, spread evenly, until ended."""
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    timeout = aiohttp.ClientTimeout(total=every / 3)
    rows: list[Row] = []
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def request(number: int) -> None:
            began = time.monotonic()
            async with session.get(f"http://127.0.0.1:{port}/{number}") as answer:
                await answer.read()
            if database:
                taken = round((time.monotonic() - began) * 1000)
                rows.append((int(time.time()), number, answer.status, taken))

        storing = asyncio.create_task(store(rows, database)) if database else None
        began = time.monotonic()
        heap = [(began + every * number / checks, number) for number in range(checks)]
        tasks: set[asyncio.Task[None]] = set()
        print("ready", flush=True)
        while storing is None or not storing.done():
            due, number = heap[0]
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            heapq.heapreplace(heap, (due + every, number))
            task = asyncio.create_task(request(number))
            tasks.add(task)
            task.add_done_callback(tasks.discard)


async def store(rows: list[Row], database: str) -> None:
    """Writes what has come in, once a second, in a thread."""
    writer = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    connection = await loop.run_in_executor(writer, _open, database)
    while True:
        await asyncio.sleep(1)
        batch, rows[:] = list(rows), []
        await loop.run_in_executor(writer, _insert, connection, batch)


def _open(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(database)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute(
        "create table result (slot integer, no integer, status integer, total_ms integer, primary key (slot, no)) "
        "without rowid"
    )
    return connection


def _insert(connection: sqlite3.Connection, batch: list[Row]) -> None:
    with connection:
        connection.executemany("insert or ignore into result values (?, ?, ?, ?)", batch)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:5]))
