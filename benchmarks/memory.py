"""Resident memory of a hub at 1,000 checks, and what a further 1,000 add.

`python -m benchmarks.memory [CHECKS [SECONDS]]`. Fifty components, each check once a minute, page and database
included; measured after it has served, probed and judged for a while, at its second start: the first makes the tables.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.support.history import settings_text
from benchmarks.support.processes import free_port, resident_mb, started

COMPONENTS = 50
EVERY = 60


def resident(checks: int, seconds: float, target: int) -> float:
    """Megabytes of a hub with so many checks."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "janji.yaml"
        per = checks // COMPONENTS
        config.write_text(settings_text(COMPONENTS, per, every=EVERY, target=target, page=free_port(2)))
        command = ("-m", "monitor", "--config", str(config), "up")
        with started(*command, cwd=Path(folder)):
            pass
        with started(*command, cwd=Path(folder)) as janji:
            time.sleep(seconds)
            return resident_mb(janji.pid)


def main(checks: int = 1000, seconds: int = 15) -> None:
    port = free_port()
    with started("-m", "benchmarks.support.target", str(port)):
        once, twice = (resident(count, seconds, port) for count in (checks, 2 * checks))
    print(f"{checks:>6} checks  {once:>6.1f} MB")
    print(f"{2 * checks:>6} checks  {twice:>6.1f} MB, {(twice - once) * 1000 / checks:.1f} MB per further 1,000")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
