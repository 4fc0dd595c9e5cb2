"""Closed books on both databases: once, whole or not at all, each sealed in the ledger."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from monitor.core.books import Closing, Difference, Seal, Stage, Subject
from monitor.core.ledger import first_break
from monitor.core.model import Interval
from monitor.storage.store import StorageAway, Store

ROOT = Path(__file__).resolve().parents[2]
CLOSING = Closing(
    subject=Subject.AGREEMENT,
    id="acme",
    month="2026-01",
    revision=0,
    zone="Asia/Jakarta",
    bounds=Interval(1_767_200_400, 1_769_878_800),
    figures={"down_seconds": 2_400, "availability": "1115/1116", "verdict": None, "met": True},
    bundle={"zone": "Asia/Jakarta", "b": 1, "a": "Überwachung", "spans": []},
    inputs={"id": "acme", "parts": [{"spans": [["up", 0, 2**40]]}]},
    terms={"since": 1_767_200_400, "until": None, "settings": {"target": "99.5%"}},
    settings="a" * 64,
    engine="janji 0",
    tzdata="2026a",
    reason="",
    overruled=(),
    difference=(),
    actor="ana",
    at=1_770_400_000,
)
REVISED = replace(
    CLOSING,
    revision=1,
    figures={**CLOSING.figures, "down_seconds": 0},
    reason="late results",
    overruled=("exclusion-1 (third_party) is pending",),
    difference=(Difference("down_seconds", 2_400, 0), Difference("verdict", None, "met")),
    actor="ben",
)
KEY = (Subject.AGREEMENT, "acme", "2026-01")


def contents(store: Store) -> tuple[int, int, int]:
    """Closings, ledger entries, and the counter that the hub polls."""
    return len(store.books.revisions(*KEY)), len(store.ledger()), store.facts_version()


def test_a_closing_comes_back_as_it_was_with_its_entry_in_the_ledger(store: Store) -> None:
    stored = store.books.append(CLOSING)
    [entry] = store.ledger()
    assert stored == replace(CLOSING, seal=Seal(1, entry.digest))
    assert store.books.latest(*KEY) == stored
    assert (entry.kind, entry.actor, entry.at, entry.payload) == ("month closed", "ana", CLOSING.at, CLOSING.entry)
    assert stored.digest == CLOSING.digest
    assert contents(store) == (1, 1, 1)


def test_evidence_keeps_its_order_so_that_the_bytes_are_the_same(store: Store) -> None:
    store.books.append(CLOSING)
    [found] = store.books.revisions(*KEY)
    assert list(found.closing.bundle) == ["zone", "b", "a", "spans"]
    assert found.inputs_digest == CLOSING.digests["inputs"]


def test_a_month_is_closed_once(store: Store) -> None:
    store.books.append(CLOSING)
    with pytest.raises(ValueError, match="agreement acme 2026-01 is closed already; a revision accepts"):
        store.books.append(replace(CLOSING, actor="ben"))
    assert contents(store) == (1, 1, 1)


def test_a_revision_follows_and_what_was_closed_stays_readable(store: Store) -> None:
    first, second = store.books.append(CLOSING), store.books.append(REVISED)
    assert [item.closing for item in store.books.revisions(*KEY)] == [first, second]
    assert store.books.latest(*KEY) == second
    assert (second.stage, second.difference) == (Stage.REVISED, REVISED.difference)
    assert dict(store.books.heads()) == {KEY: 1}
    assert [entry.kind for entry in store.ledger()] == ["month closed", "month revised"]
    assert first_break(store.ledger()) is None


@pytest.mark.parametrize(
    ("revision", "said"), [(1, "agreement acme 2026-01 is not closed"), (2, "agreement acme 2026-01 is not closed")]
)
def test_what_is_not_closed_is_not_revised(store: Store, revision: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        store.books.append(replace(REVISED, revision=revision))
    assert contents(store) == (0, 0, 0)


def test_two_revisions_of_one_month_have_two_numbers(store: Store) -> None:
    store.books.append(CLOSING)
    store.books.append(REVISED)
    with pytest.raises(ValueError, match="is at revision 1 by now; look at it first"):
        store.books.append(replace(REVISED, reason="the same again"))
    assert contents(store) == (2, 2, 2)


def test_of_two_who_close_at_once_one_is_refused(store: Store) -> None:
    def close(actor: str) -> bool:
        try:
            store.books.append(replace(CLOSING, actor=actor))
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, ["ana", "ben"])) == [False, True]
    assert contents(store) == (1, 1, 1)


def test_an_objective_and_an_agreement_of_one_name_are_two(store: Store) -> None:
    store.books.append(CLOSING)
    store.books.append(replace(CLOSING, subject=Subject.OBJECTIVE))
    assert set(store.books.heads()) == {KEY, (Subject.OBJECTIVE, "acme", "2026-01")}
    assert store.books.latest(Subject.OBJECTIVE, "acme", "2026-02") is None


@contextmanager
def failing_after(store: Store, statement: int) -> Iterator[None]:
    """Raises once that many statements of a transaction are done."""
    done = 0

    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == statement:
            raise ZeroDivisionError

    event.listen(store.engine, "after_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(store.engine, "after_cursor_execute", count)


def test_a_closing_that_fails_after_any_statement_leaves_the_month_open(store: Store) -> None:
    failed, statement = 0, 0
    while True:
        statement += 1
        try:
            with failing_after(store, statement):
                store.books.append(CLOSING)
        except (ZeroDivisionError, StorageAway):
            failed += 1
            assert contents(store) == (0, 0, 0)
        else:
            break
    assert failed >= 4  # the head, the entry, the revisions so far, the closing; the counter
    assert contents(store) == (1, 1, 1)


KILLED = """
import os, signal, sys
from sqlalchemy import event
from monitor.storage.store import Store
from tests.storage.test_books import CLOSING
store, _ = Store.open(sys.argv[1])
wanted, done = int(sys.argv[2]), 0
def count(connection, cursor, statement, *_):
    global done
    done += 1
    if done == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(store.engine, "after_cursor_execute", count)
if wanted == 0:
    event.listen(store.engine, "commit", lambda connection: os.kill(os.getpid(), signal.SIGKILL))
store.books.append(CLOSING)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("statement", "closings"), [(3, 0), (5, 0), (0, 0), (99, 1)])
def test_a_process_killed_while_closing_leaves_the_month_open_or_closed_never_half(
    store_url: str, statement: int, closings: int
) -> None:
    """Killed after the entry, after the closing, before the commit, and after it."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, store_url, str(statement)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL
    store, _ = Store.open(store_url)
    try:
        assert contents(store) == (closings, closings, closings)
        if not closings:
            store.books.append(CLOSING)
        assert contents(store) == (1, 1, 1)
        assert first_break(store.ledger()) is None
    finally:
        store.close()
