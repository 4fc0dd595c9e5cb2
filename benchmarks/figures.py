"""What a month's figures cost from spans, beside a scan of the rows that the same month has as single results.

`python -m benchmarks.figures [COMPONENTS [LOCATIONS [DAYS]]]`. One check a minute for each component; about one outage,
slow stretch or gap every other day. The floor is what a monitor does that keeps results only: one `group by` over
rows of nothing but slot, component, location and outcome. Both must find the same seconds down.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from benchmarks.support.history import DAY, filled_store, load_text, settings_text
from monitor.core.account import Account
from monitor.core.books import Books
from monitor.core.calendar import month_bounds
from monitor.core.model import STATE_CODES, Seconds, State
from monitor.reader.accounts import Accounts
from monitor.reader.snapshot import Snapshot

T = TypeVar("T")
MONTH, ZONE = "2026-04", ZoneInfo("UTC")
EVERY: Seconds = 60
ROUNDS = 40


def timed(rounds: int, prepare: Callable[[], T], work: Callable[[T], object]) -> tuple[float, float]:
    """Median and least seconds of processor time of the work on what was prepared, anew for each round."""
    taken = []
    for _ in range(rounds):
        prepared = prepare()
        began = time.process_time()
        work(prepared)
        taken.append(time.process_time() - began)
    return statistics.median(taken), min(taken)


def write_rows(file: Path, locations: int, start: Seconds, days: int) -> int:
    """Every location's result of every slot, as the spans have it; says how many."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "create table seen (slot integer, component integer, location integer, outcome integer, "
            "primary key (slot, component, location)) without rowid"
        )
        connection.execute(
            "with recursive slot(at) as (select ? union all select at + ? from slot where at + ? < ?), "
            "place(no) as (select 1 union all select no + 1 from place where no < ?) "
            "insert into seen select slot.at, span.component_no, place.no, span.state from slot cross join span "
            "on span.start <= slot.at and span.end > slot.at cross join place",
            (start, EVERY, EVERY, start + days * DAY, locations),
        )
        return int(connection.execute("select count(*) from seen").fetchone()[0])


def scanned(connection: sqlite3.Connection, start: Seconds, end: Seconds, locations: int) -> list[Seconds]:
    """Seconds down of every component, by counting rows."""
    down = STATE_CODES[State.DOWN]
    rows = connection.execute(
        "select sum(outcome = ?) from seen where slot >= ? and slot < ? group by component order by component",
        (down, start, end),
    )
    return [found * EVERY // locations for (found,) in rows]


def run(folder: Path, count: int, locations: int, days: int) -> None:
    """Fills a database, computes the month both ways, and prints what each took."""
    month = month_bounds(MONTH, ZONE)
    settings = load_text(folder, settings_text(count, 1, every=EVERY, target=1, page=2))
    store = filled_store(folder, settings, month.end)
    rows = write_rows(folder / "bench.db", locations, month.start, days)

    def accounts() -> list[Account]:
        made = Accounts(Snapshot(store, month.start), settings)
        return [made.month(each.id, MONTH, ZONE, month.end) for each in settings.components]

    read = accounts()
    fetching, _ = timed(ROUNDS // 4, list, lambda _: accounts())
    median, least = timed(
        ROUNDS, lambda: [replace(each, books=Books()) for each in read], lambda fresh: [each.figure for each in fresh]
    )
    with closing(sqlite3.connect(folder / "bench.db")) as connection:
        scan, _ = timed(3, list, lambda _: scanned(connection, month.start, month.end, locations))
        found = scanned(connection, month.start, month.start + days * DAY, locations)
    if month.start + days * DAY == month.end:
        assert found == [each.figure.down_seconds for each in read]
    store.close()
    spans = sum(len(each.spans) for each in read)
    print(f"figures of {count} components, {locations} locations, {days} days: {spans} spans, {rows:,} results")
    print(f"from spans             {median * 1000:>8.1f} ms CPU (least {least * 1000:.1f})")
    print(f"reading them and more  {fetching * 1000:>8.1f} ms CPU: spans, notices, terms, books from the database")
    print(f"one scan of the rows   {scan * 1000:>8.1f} ms CPU, {scan / median:,.0f} times the figures from spans")


def main(components: int = 50, locations: int = 3, days: int = 30) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), components, locations, days)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
