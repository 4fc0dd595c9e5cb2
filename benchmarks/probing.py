"""CPU per HTTP check through the whole of Janji, divided by two floors in the same run; and memory.

`python -m benchmarks.probing [CHECKS [COMPONENTS [SECONDS]]]`. The whole: schedule, throttle, probe, expectations,
own-fault rules, batched storage, judging, the page and the two listeners. The floors are in `support/floor.py`.
"""

import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.support.history import settings_text
from benchmarks.support.processes import TICKS, cpu_seconds, free_port, resident_mb, started

EVERY = 10
"""Seconds: a thousand checks at this pace are six thousand a minute."""


def main(checks: int = 1000, components: int = 50, seconds: int = 20) -> None:
    """Prints milliseconds of CPU per check for all three, the ratios, and Janji's memory."""
    port, page = free_port(), free_port(2)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        config = folder / "janji.yaml"
        per = checks // components
        config.write_text(settings_text(components, per, every=EVERY, target=port, page=page))
        stack.enter_context(started("-m", "benchmarks.support.target", str(port)))
        floor = ["-m", "benchmarks.support.floor", str(port), str(checks), str(EVERY)]
        bare = stack.enter_context(started(*floor))
        stored = stack.enter_context(started(*floor, str(folder / "floor.db")))
        janji = stack.enter_context(started("-m", "monitor", "--config", str(config), "up", cwd=folder))
        time.sleep(2 * EVERY)
        before = _state((bare, stored, janji), folder)
        time.sleep(seconds)
        after = _state((bare, stored, janji), folder)
        memory = resident_mb(janji.pid)
    done = checks * seconds / EVERY
    _print(before, after, done, memory, f"{components} components, {components * per} checks every {EVERY} s")


def _state(processes: tuple[subprocess.Popen[str], ...], folder: Path) -> list[float]:
    """CPU seconds of each process so far, and how many results Janji has stored."""
    with closing(sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True)) as connection:
        results = connection.execute("select count(*) from result").fetchone()[0]
    return [*(cpu_seconds(process.pid) for process in processes), results]


def _print(before: list[float], after: list[float], done: float, memory: float, title: str) -> None:
    *spent, results = (late - early for early, late in zip(before, after, strict=True))
    tick = 1 / TICKS  # what the kernel books in: less cannot be told from nothing
    bare, stored = (max(seconds, tick) / done * 1000 for seconds in spent[:2])
    whole = spent[2] / max(results, 1) * 1000
    print(f"{title}; {results:.0f} results of {done:.0f} expected")
    print(f"{'':<36}{'ms CPU a check':>16}{'Janji is':>10}")
    print(f"{'bare aiohttp loop':<36}{bare:>16.2f}{whole / bare:>9.2f}x")
    print(f"{'aiohttp + heap + batched SQLite':<36}{stored:>16.2f}{whole / stored:>9.2f}x")
    print(f"{'the whole of Janji':<36}{whole:>16.2f}{'':>10}")
    print(f"resident memory of Janji: {memory:.0f} MB")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
