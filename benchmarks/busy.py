"""How late probes start while the page is asked for as fast as it is answered, by fifty connections.

`python -m benchmarks.busy [CHECKS [EVERY [SECONDS]]]`. One hub as `janji up` runs it; lateness by what it stored.
First without anybody who asks, then with.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.support.history import settings_text
from benchmarks.support.processes import ROOT, free_port, percentile, started
from monitor.core.schedule import Timing

COMPONENTS = 50
CONNECTIONS = 50


def late_ms(folder: Path, first: float, last: float, every: int) -> list[float]:
    """Milliseconds of each start between two moments."""
    with closing(sqlite3.connect(f"file:{folder}/bench.db?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "select component.id || '/' || check_name.name, start_ms from result "
            "join check_name on check_name.no = check_no join component on component.no = component_no "
            "where slot * 1000 + start_ms between ? and ?",
            (first * 1000, last * 1000),
        ).fetchall()
    return [float(start - Timing(key, every, 1000).phase_ms) for key, start in rows]


def ask(page: int, seconds: int) -> int:
    """Answers a second, asked for by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.support.load", str(page), str(seconds), str(CONNECTIONS), "gzip"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60 + seconds, check=True)
    return int(json.loads(done.stdout)["answers"]) // seconds


def row(name: str, late: list[float]) -> None:
    figures = [percentile(late, share) for share in (0.5, 0.99)]
    print(f"{name:<44}{len(late):>8}{figures[0]:>8.1f}{figures[1]:>8.1f}{max(late):>8.1f}")


def main(checks: int = 1000, every: int = 6, seconds: int = 12) -> None:
    port, page = free_port(), free_port(2)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        config = folder / "janji.yaml"
        config.write_text(settings_text(COMPONENTS, checks // COMPONENTS, every=every, target=port, page=page))
        stack.enter_context(started("-m", "benchmarks.support.target", str(port)))
        stack.enter_context(started("-m", "monitor", "--config", str(config), "up", cwd=folder))
        time.sleep(2 * every)
        quiet = time.time()
        time.sleep(seconds)
        busy = time.time()
        answers = ask(page, seconds)
        end = time.time()
        time.sleep(3)  # what is under way is stored
        print(f"{'milliseconds late':<44}{'n':>8}{'p50':>8}{'p99':>8}{'max':>8}")
        row(f"starts at {checks * 60 // every} a minute", late_ms(folder, quiet, busy, every))
        row(f"the same, the page answering {answers} a second", late_ms(folder, busy, end, every))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
