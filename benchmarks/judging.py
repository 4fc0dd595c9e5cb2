"""What a result costs to accept and judge at 10,000 checks a minute, and how many bytes of disk it takes.

`python -m benchmarks.judging [PER_MINUTE [MINUTES]]`, two minutes at least: the first is not counted. Simulated time,
no network: each step is given what one second brings, as the hub's writer thread is. The floor is one batched insert
of the same rows through `sqlite3` alone.
"""

import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.support.checks import http_checks, wanted
from monitor.core.alert import Plan
from monitor.core.failure import FAILURE_CODES
from monitor.core.model import STATE_CODES, Failure, FailureKind, Phases, Result, Seconds, State, digest
from monitor.core.schedule import Timing
from monitor.hub.ingest import Ingest
from monitor.storage.judging import Judge
from monitor.storage.spool import Spool
from monitor.storage.store import Store
from monitor.storage.terms import WantedComponent

EVERY: Seconds = 60
START: Seconds = 1_767_225_600
WARM_UP = 60  # seconds of simulated time: in the first minute everything is read once
FAILING = 0.01


def seconds_of(components: list[WantedComponent], choice: random.Random) -> list[list[Result]]:
    """What comes in, by second of the minute; one in a hundred is down."""
    due: list[list[Result]] = [[] for _ in range(EVERY)]
    for component in components:
        for check in component.checks:
            phase = Timing(f"{component.id}/{check.check}", EVERY, 10_000).phase_ms
            failed = choice.random() < FAILING
            taken = choice.randrange(5, 300)
            result = Result(
                component=component.id,
                check=check.check,
                location="local",
                slot=START,
                started_ms=START * 1000 + phase,
                outcome=State.DOWN if failed else State.UP,
                definition=digest(check.definition),
                phases=Phases(None, 1, None, taken - 2, taken),
                failure=Failure(FailureKind.STATUS, "status 503, expected 2xx") if failed else None,
            )
            due[phase // 1000].append(result)
    return due


def later(result: Result, by: Seconds) -> Result:
    """The same a few slots later."""
    return Result(
        result.component,
        result.check,
        result.location,
        result.slot + by,
        result.started_ms + by * 1000,
        result.outcome,
        result.definition,
        result.phases,
        result.attempts,
        result.failure,
    )


def run(folder: Path, per_minute: int, minutes: int) -> None:
    """Fills a database minute by minute and prints what it cost."""
    components = wanted(http_checks(per_minute, 1))
    store, _ = Store.open(f"sqlite:///{folder}/judge.db")
    store.adopt("benchmark", dict, components, now=START - 1, actor="benchmark")
    ingest = Ingest(store, Judge(Plan()), Spool(folder / "spool"))
    due = seconds_of(components, random.Random(7))  # noqa: S311 - the same results in every run
    steps: list[tuple[float, int]] = []
    floor = 0.0
    with closing(floor_database(folder)) as connection:
        for second in range(minutes * EVERY):
            batch = [later(result, second // EVERY * EVERY) for result in due[second % EVERY]]
            for result in batch:
                ingest.deliver(result)
            began = time.process_time()
            progress = ingest.step(START + second + 1)
            spent = time.process_time() - began
            assert progress.problem is None, progress.problem
            if second >= WARM_UP:
                steps.append((spent, len(batch)))
            floor += bare_insert(connection, batch) if second >= WARM_UP else 0.0
    stored = _rows(folder / "judge.db")
    store.close()
    _print(steps, floor, stored, (folder / "judge.db").stat().st_size)


def floor_database(folder: Path) -> sqlite3.Connection:
    """A table like that of results, in a database that holds nothing else."""
    connection = sqlite3.connect(folder / "floor.db")
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    columns = ", ".join(f"c{number} integer" for number in range(3, 10))
    connection.execute(f"create table result (c0, c1, c2, {columns}, primary key (c0, c1, c2)) without rowid")
    return connection


def bare_insert(connection: sqlite3.Connection, batch: list[Result]) -> float:
    """CPU seconds of one batched insert of a result's numbers."""
    began = time.process_time()
    rows = [
        (
            result.slot,
            number,
            1,
            STATE_CODES[result.outcome],
            1,
            result.started_ms - result.slot * 1000,
            result.phases.total_ms,
            result.phases.connect_ms,
            result.phases.first_byte_ms,
            FAILURE_CODES[result.failure.kind] if result.failure else None,
        )
        for number, result in enumerate(batch, start=hash(batch[0].started_ms) if batch else 0)
    ]
    with connection:
        connection.executemany("insert into result values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return time.process_time() - began


def _rows(path: Path) -> tuple[int, int]:
    """How many results there are, and how many bytes their table takes by itself."""
    with closing(sqlite3.connect(path)) as connection:
        count = connection.execute("select count(*) from result").fetchone()[0]
        connection.execute("pragma wal_checkpoint(truncate)")
        alone = path.with_suffix(".alone")
        connection.execute("attach ? as alone", (str(alone),))
        sql = connection.execute("select sql from sqlite_master where name = 'result'").fetchone()[0]
        connection.execute(sql.replace("CREATE TABLE result", "CREATE TABLE alone.result", 1))
        connection.execute("insert into alone.result select * from main.result order by slot, check_no, location_no")
        connection.commit()
        return count, alone.stat().st_size


def _print(steps: list[tuple[float, int]], floor: float, stored: tuple[int, int], file: int) -> None:
    results, spent = sum(number for _, number in steps), sum(seconds for seconds, _ in steps)
    rows, table = stored
    print(f"{results} results in {len(steps)} steps; {rows} rows stored")
    print(f"accepted and judged    {spent / results * 1e6:>8.0f} µs CPU a result")
    print(f"one batched insert     {floor / results * 1e6:>8.0f} µs CPU a result, ratio {spent / floor:.1f}")
    print(f"longest step           {max(seconds for seconds, _ in steps) * 1000:>8.0f} ms CPU")
    print(f"disk                   {table / rows:>8.1f} bytes a result row ({file / rows:.1f} with all other tables)")


def main(per_minute: int = 10_000, minutes: int = 4) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), per_minute, minutes)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
