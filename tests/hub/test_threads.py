"""Executors of our own: one that is full holds up none of the others, nor the event loop."""

import asyncio
import threading
from concurrent.futures import Executor

import pytest

from monitor.hub.threads import Threads
from monitor.probes.session import open_context

WORKERS = {"writer": 1, "readers": 4, "names": 16, "blocking": 4}


async def answers(executor: Executor) -> bool:
    """Whether an executor does a small thing within a few seconds."""
    try:
        async with asyncio.timeout(5):
            return await asyncio.get_running_loop().run_in_executor(executor, lambda: True)
    except TimeoutError:
        return False


@pytest.mark.parametrize("full", WORKERS)
async def test_a_full_executor_holds_up_no_other(full: str) -> None:
    threads, release = Threads(), threading.Event()
    async with open_context(lambda name: name) as context:
        executors: dict[str, Executor] = {
            "writer": threads.writer,
            "readers": threads.readers,
            "names": context.names,
            "blocking": context.blocking,
        }
        held = [executors[full].submit(release.wait, 30) for _ in range(WORKERS[full])]
        try:
            for name, executor in executors.items():
                if name != full:
                    assert await answers(executor), f"{name} waits for {full}"
            # Asked in a task, so that a loop that stood still would show.
            waiting = asyncio.create_task(answers(executors[full]))
            await asyncio.sleep(0)
            assert not waiting.done()
        finally:
            release.set()
        assert await waiting, "what waited is done in the end"
        assert all(item.result() for item in held)
    threads.close()
