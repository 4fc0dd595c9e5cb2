"""The whole loop's checks a second on one core: a hub at a rate that nearly fills it, every slot of every check wanted.

`python -m benchmarks.loop [CHECKS [EVERY [SECONDS]]]`. Schedule, throttle, probe, expectations, batched storage,
judging, the page. By the CPU that the kernel books for the process, whose threads share one core in turn: other work
on the machine makes it slower, not different. A start is late past its slot where a result is missing.
"""

import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.support.history import settings_text
from benchmarks.support.processes import cpu_seconds, free_port, started

COMPONENTS = 50


def stored(folder: Path, first: int, last: int) -> int:
    """Results in the slots that start in `[first, last)`."""
    with closing(sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True)) as connection:
        query = "select count(*) from result where slot >= ? and slot < ?"
        return int(connection.execute(query, (first, last)).fetchone()[0])


def main(checks: int = 1500, every: int = 5, seconds: int = 15) -> None:
    port, page = free_port(), free_port(2)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        config = folder / "janji.yaml"
        config.write_text(settings_text(COMPONENTS, checks // COMPONENTS, every=every, target=port, page=page))
        stack.enter_context(started("-m", "benchmarks.support.target", str(port)))
        janji = stack.enter_context(started("-m", "monitor", "--config", str(config), "up", cwd=folder))
        time.sleep(2 * every + every - time.time() % every)
        first, before = int(time.time()), cpu_seconds(janji.pid)
        time.sleep(seconds // every * every)
        spent, last = cpu_seconds(janji.pid) - before, int(time.time())
        time.sleep(3)  # what is under way is stored
        first, last = first - first % every, last - last % every
        found = stored(folder, first, last)
    wanted = (last - first) // every * (checks // COMPONENTS * COMPONENTS)
    print(f"{wanted / (last - first):.0f} checks a second: {found} results of {wanted}, {wanted - found} slots missed")
    print(f"{spent / wanted * 1000:.2f} ms CPU a check: {wanted / spent:.0f} checks a second on one core")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
