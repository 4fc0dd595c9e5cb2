"""What sealing days costs and saves: bytes a result, how long its steps hold up the writer, how fast spans are proved.

`python -m benchmarks.sealing [COMPONENTS [LOCATIONS [DAYS]]]`. One check a minute for each component. Generated days
are written and sealed as the hub does it, then every timeline is judged again from what was sealed. The floor of
the proof is reading and unpacking the same blocks, nothing else.
"""

import random
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from benchmarks.support.checks import http_checks, wanted
from monitor.core.archive import DAY
from monitor.core.model import Failure, FailureKind, Interval, Phases, Result, Seconds, State, digest
from monitor.reader.recomputing import Recomputing
from monitor.storage.store import Store
from monitor.storage.terms import WantedComponent

EVERY: Seconds = 60
START: Seconds = 20_454 * DAY
RETENTION: Seconds = 730 * DAY
_BATCH = 20_000


class Step(NamedTuple):
    """Milliseconds of one step: of a reader beside the writer, of the writer, and the writer's CPU."""

    reader: float
    writer: float
    cpu: float


def day_of(
    components: list[WantedComponent], locations: list[str], day: Seconds, choice: random.Random
) -> list[Result]:
    """One day: six bits of news in each total time, a millisecond or two of lateness, one in a thousand down."""
    found: list[Result] = []
    for component in components:
        for check in component.checks:
            definition, base = digest(check.definition), choice.randrange(20, 400)
            for location in locations:
                for slot in range(day, day + DAY, EVERY):
                    failed = choice.random() < 0.001
                    taken = base + choice.randrange(64)
                    found.append(
                        Result(
                            component=component.id,
                            check=check.check,
                            location=location,
                            slot=slot,
                            started_ms=slot * 1000 + 5_321 + choice.randrange(3),
                            outcome=State.DOWN if failed else State.UP,
                            definition=definition,
                            phases=Phases(1, 2, 9, taken - 2, taken),
                            attempts=2 if failed else 1,
                            failure=Failure(FailureKind.STATUS, "status 503, expected 2xx") if failed else None,
                        )
                    )
    return found


def run(folder: Path, count: int, places: int, days: int) -> None:
    """Fills a database, seals it, proves it, and prints what each took."""
    locations = [f"place-{number}" for number in range(places)]
    components = wanted(http_checks(count, 1), each=1, locations=tuple(locations))
    store, _ = Store.open(f"sqlite:///{folder}/sealing.db")
    store.adopt("benchmark", dict, components, now=START - 1, actor="benchmark")
    choice = random.Random(7)  # noqa: S311 - the same results in every run
    results = 0
    reading = Store.open_read_only(f"sqlite:///{folder}/sealing.db")
    steps: list[Step] = []
    for day in range(START, START + days * DAY, DAY):
        found = day_of(components, locations, day, choice)
        results += len(found)
        for start in range(0, len(found), _BATCH):
            store.accept(found[start : start + _BATCH])
        with store.transaction() as connection:
            connection.execute(text("delete from inbox"))
            connection.execute(text("update component set watermark = :mark"), {"mark": day + DAY})
        steps += seal(store, reading, day + 3 * DAY)
    _print_sealed(store, results, steps)
    _print_proof(store, results, days)
    reading.close()
    store.close()


def seal(store: Store, reading: Store, now: Seconds) -> list[Step]:
    """Does all that is due as the hub does it: a reader packs, the writer writes."""
    steps: list[Step] = []
    while True:
        began = time.perf_counter()
        work = reading.sealing.prepare(now)
        start, busy = time.perf_counter(), time.thread_time()
        if not store.sealing.step(now, RETENTION, work):
            return steps
        ended = time.perf_counter()
        steps.append(Step((start - began) * 1000, (ended - start) * 1000, (time.thread_time() - busy) * 1000))


def _print_sealed(store: Store, results: int, steps: list[Step]) -> None:
    with store.transaction() as connection:
        query = "select sum(length(block)), sum(length(hours)), sum(length(digest)), count(*) from sealed_block"
        block, hours, digests, rows = connection.execute(text(query)).one()
    print(
        f"{results:,} results in {rows:,} blocks: {block / results:.2f} bytes each, "
        f"{hours / results:.2f} more for charts"
    )
    print(f"with digests and keys {(block + hours + digests + 40 * rows) / results:.2f} bytes a result (aim: under 6)")
    names = "a reader, beside the writer", "the writer", "the writer's CPU"
    for name, taken in zip(names, zip(*steps, strict=True), strict=True):
        ordered = sorted(taken)
        p50, p99 = ordered[len(steps) // 2], ordered[len(steps) * 99 // 100]
        print(f"{len(steps):,} steps, {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {ordered[-1]:.1f} ms (aim: 50)")


def _print_proof(store: Store, results: int, days: int) -> None:
    start = time.perf_counter()
    recomputing = Recomputing(store, Interval(START, START + days * DAY))
    for day in recomputing.days:
        recomputing.add(day)
    proved = time.perf_counter() - start
    start = time.perf_counter()
    with store.transaction() as connection:
        for block in connection.execute(text("select block from sealed_block")).scalars():
            length = int.from_bytes(block[:4], "big")
            zlib.decompress(block[4 : 4 + length])
    floor = time.perf_counter() - start
    print(
        f"proving {results:,} results took {proved:.2f} s, {results / proved:,.0f} a second; "
        f"{proved / floor:.1f}x of reading and unpacking their blocks alone ({floor:.2f} s)"
    )


def main(components: int = 50, locations: int = 3, days: int = 3) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), components, locations, days)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
