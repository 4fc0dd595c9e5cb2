"""The status page: answers a second and p99, divided by bare cached bytes under the same uvicorn in the same run.

`python -m benchmarks.page [COMPONENTS [ROUNDS [SECONDS]]]`. Also how long a page of that size takes to make, and how
late the loop's timers are while a reader thread makes it. Rounds go A B A B; the figures are medians. Load comes from
a process of its own; where it is the bottleneck, CPU per answer of the server tells more than answers a second.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.support.history import filled_store, load_text, settings_text
from benchmarks.support.processes import ROOT, cpu_seconds, free_port, percentile, started
from monitor.cli.process import prepare
from monitor.reader.reader import Reader
from monitor.settings.hub import Settings
from statuspage.pages import Pages

CONNECTIONS = 50


def ask(port: int, server: int, seconds: float, coding: str) -> tuple[float, float, float]:
    """Answers a second, their p99 in milliseconds, and microseconds of the server's CPU an answer."""
    before = cpu_seconds(server)
    command = [sys.executable, "-m", "benchmarks.support.load", str(port), str(seconds), str(CONNECTIONS), coding]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    told = json.loads(done.stdout)
    return told["answers"] / seconds, told["p99"], (cpu_seconds(server) - before) / told["answers"] * 1e6


def serve(folder: Path, rounds: int, seconds: float) -> None:
    """Prints the real application against the bare one."""
    ports = {"bytes": free_port(), "app": free_port()}
    command = ["-m", "benchmarks.support.pages"]
    with (
        started(*command, str(ports["bytes"]), str(folder), "bytes") as bare,
        started(*command, str(ports["app"]), str(folder), "app") as app,
    ):
        servers = {"bytes": bare.pid, "app": app.pid}
        print(f"{'':<28}{'answers/s':>12}{'p99 ms':>10}{'CPU µs':>10}")
        for coding in ("gzip", "identity"):
            rows: dict[str, list[tuple[float, float, float]]] = {"bytes": [], "app": []}
            for _ in range(rounds):
                for kind in rows:
                    rows[kind].append(ask(ports[kind], servers[kind], seconds, coding))
            middle = {kind: [median(column) for column in zip(*found, strict=True)] for kind, found in rows.items()}
            for kind, name in (("bytes", "bare bytes"), ("app", "Janji")):
                print(
                    f"{f'{name}, {coding}':<28}{middle[kind][0]:>12.0f}{middle[kind][1]:>10.2f}{middle[kind][2]:>10.0f}"
                )
            ratios = [ours / floor for ours, floor in zip(middle["app"], middle["bytes"], strict=True)]
            print(f"{'  Janji divided by bare':<28}{ratios[0]:>11.2f}x{ratios[1]:>9.2f}x{ratios[2]:>9.2f}x")


async def render(settings: Settings, folder: Path, now: int, times: int) -> None:
    """Prints how long pages take, and the lateness of timers meanwhile."""
    store = filled_store(folder, settings, now)
    clock = [now]
    pages = Pages(Reader(store, settings, lambda: clock[0]))
    loop, readers = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    taken: list[float] = []
    late: list[float] = []
    for _ in range(times):
        clock[0] += 20
        began = time.perf_counter()
        work = loop.run_in_executor(readers, pages.refresh, clock[0])
        while not work.done():
            due = loop.time() + 0.005
            await asyncio.sleep(0.005)
            late.append((loop.time() - due) * 1000)
        assert await work
        taken.append((time.perf_counter() - began) * 1000)
    size = len(pages.found["/"].body), pages.found["/"].packed_length
    print(f"{len(settings.components)} components, 90 days: {size[0] / 1000:.0f} KB, {size[1] / 1000:.0f} KB gzip")
    print(f"first page {taken[0]:.0f} ms, then {median(taken[1:]):.0f} ms (one language)")
    print(
        f"timers meanwhile: p50 {percentile(late, 0.5):.1f} ms late, "
        f"p99 {percentile(late, 0.99):.1f}, max {max(late):.1f}"
    )
    store.close()


def main(components: int = 50, rounds: int = 3, seconds: int = 3) -> None:
    prepare()  # as `janji up`
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = load_text(folder, settings_text(components, 1, every=60, target=1, page=2))
        asyncio.run(render(settings, folder, int(time.time()), 10))
        serve(folder, rounds, seconds)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
