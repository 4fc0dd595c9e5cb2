"""Resident memory and CPU of an agent at 1,000 checks a minute, and what a further 1,000 add.

`python -m benchmarks.agent [CHECKS [SECONDS]]`. Measured after it has pulled, probed, spooled and sent for a while.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.support.processes import cpu_seconds, free_port, resident_mb, started


def resident(checks: int, seconds: float, target: int) -> tuple[float, float]:
    """Megabytes of an agent with so many checks, and its CPU milliseconds for each check."""
    port = free_port()
    hub = started("-m", "benchmarks.support.hub", str(port), str(target), str(checks))
    os.environ["JANJI_AGENT_TOKEN"] = "janji_bench"  # noqa: S105 - the hub of a benchmark asks for none
    command = ("agent", "--hub", f"http://127.0.0.1:{port}", "--location", "bench")
    with tempfile.TemporaryDirectory() as folder, hub, started("-m", "monitor", *command, cwd=Path(folder)) as agent:
        time.sleep(seconds / 3)
        before = cpu_seconds(agent.pid)
        time.sleep(seconds * 2 / 3)
        spent = cpu_seconds(agent.pid) - before
        return resident_mb(agent.pid), spent * 1000 / (checks / 60 * seconds * 2 / 3)


def main(checks: int = 1000, seconds: int = 30) -> None:
    port = free_port()
    with started("-m", "benchmarks.support.target", str(port)):
        (once, cost), (twice, _) = (resident(count, seconds, port) for count in (checks, 2 * checks))
    print(f"{checks:>6} checks  {once:>6.1f} MB, {cost:.2f} ms CPU a check")
    print(f"{2 * checks:>6} checks  {twice:>6.1f} MB, {(twice - once) * 1000 / checks:.1f} MB per further 1,000")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
