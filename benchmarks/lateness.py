"""How late probes start, at 1,000 and 10,000 a minute, in the process that also stores and judges.

`python -m benchmarks.lateness [SECONDS [RATE ...]]`. Beside it in the same run: how late asyncio's own timers are,
in that loop, and in a process of its own that does nothing else.
"""

import asyncio
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.support.checks import assigned, http_checks, wanted
from benchmarks.support.processes import free_port, percentile, started
from monitor.cli.process import prepare
from monitor.core.alert import Plan
from monitor.hub.ingest import Ingest
from monitor.probes.garbage import keep
from monitor.probes.lag import SystemClock
from monitor.probes.prober import Prober
from monitor.probes.session import open_context
from monitor.storage.judging import Judge
from monitor.storage.spool import Spool
from monitor.storage.store import Store

WARM_UP = 3  # seconds
STEP = 0.02  # seconds between two looks at how late the loop's timers are


async def timers(seconds: float) -> list[float]:
    """How late, in milliseconds, timers of the running loop fire."""
    loop = asyncio.get_running_loop()
    late, end = [], loop.time() + seconds
    while (now := loop.time()) < end:
        await asyncio.sleep(STEP)
        late.append((loop.time() - now - STEP) * 1000)
    return late


async def judging(ingest: Ingest, took: list[float]) -> None:
    """Accepts and judges once a second in a writer thread, as the hub does."""
    loop = asyncio.get_running_loop()
    writer = ThreadPoolExecutor(1, "writer")
    while True:
        await asyncio.sleep(1 - time.time() % 1)
        began = loop.time()
        progress = await loop.run_in_executor(writer, ingest.step, int(time.time()))
        took.append((loop.time() - began) * 1000)
        assert progress.problem is None, progress.problem


async def warmed_up(prober: Prober) -> None:
    """The first beats read everything once; then memory is settled, as `janji up` does."""
    await asyncio.sleep(WARM_UP)
    keep()
    await asyncio.sleep(STEP)
    prober.late_ms = []


async def measure(per_minute: int, seconds: float, port: int, folder: Path) -> tuple[list[float], list[float]]:
    """Lateness of starts and of the loop's timers, in milliseconds."""
    store, _ = Store.open(f"sqlite:///{folder}/late-{per_minute}.db")
    checks = http_checks(per_minute, port)
    # A slot ago, so that what is probed from the first second on is judged too.
    store.adopt("benchmark", dict, wanted(checks), now=int(time.time()) - 120, actor="benchmark")
    ingest, steps = Ingest(store, Judge(Plan()), Spool(folder / "spool")), [0.0]
    async with open_context(lambda name: name) as context:
        prober = Prober("local", context, SystemClock(), ingest.deliver)
        prober.assign(assigned(checks))
        work = [asyncio.create_task(prober.run()), asyncio.create_task(judging(ingest, steps))]
        await warmed_up(prober)
        loop_late = await timers(seconds)
        for task in work:
            task.cancel()
        ended = await asyncio.gather(*work, return_exceptions=True)
    ingest.close()
    store.close()
    broken = [error for error in ended if not isinstance(error, asyncio.CancelledError)]
    assert not broken, broken
    return prober.late_ms or [], loop_late


def row(name: str, late: list[float]) -> None:
    figures = [percentile(late, share) for share in (0.5, 0.99)] if late else [0.0, 0.0]
    print(f"{name:<34} {len(late):>7} {figures[0]:>8.1f} {figures[1]:>8.1f} {max(late, default=0.0):>8.1f}")


def main(seconds: int = 15, *rates: int) -> None:
    """Both rates in one run."""
    port = free_port()
    prepare()  # as `janji up`
    print(f"{'milliseconds late':<34} {'n':>7} {'p50':>8} {'p99':>8} {'max':>8}")
    with tempfile.TemporaryDirectory() as folder, started("-m", "benchmarks.support.target", str(port)):
        row("timers of an idle loop", asyncio.run(timers(min(seconds, 5))))
        for per_minute in rates or (1000, 10_000):
            starts, loop = asyncio.run(measure(per_minute, seconds, port, Path(folder)))
            row(f"starts at {per_minute} a minute", starts)
            row("  timers of the same loop", loop)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
