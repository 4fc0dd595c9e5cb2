import json
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import current_thread
from typing import Any

import pytest

from monitor.api.answers import OpenApi
from monitor.api.operation import Answer, Call, Change, Desk, Operation
from monitor.api.problems import Problem
from monitor.api.work import Asked, Work
from monitor.storage.store import Store
from tests.api.conftest import House
from tests.reports.world import NOW


def asked(handle: Any) -> Asked:
    return Asked(Operation("POST", "/x", "x", "read", "", OpenApi, handle), "ana", {}, b"", b"")


def work_on(house: House, readers: Executor, writer: Executor) -> Work:
    return Work(house.store, house.store, lambda: house.settings, lambda: NOW, readers, writer, lambda: NOW * 1000)


async def test_reads_run_in_a_readers_thread_and_the_write_in_the_writers(house: House) -> None:
    threads: list[str] = []

    def seen() -> None:
        threads.append(current_thread().name.split("_")[0])

    def handle(desk: Desk, call: Call) -> Change:
        seen()

        def write(store: Store) -> str:
            seen()
            return "written"

        def then(written: str) -> Answer:
            seen()
            return Answer({"found": written}, location="/x/1")

        return Change(write, then)

    with ThreadPoolExecutor(2, "reader") as readers, ThreadPoolExecutor(1, "writer") as writer:
        done = await work_on(house, readers, writer).do(asked(handle))
    assert threads == ["reader", "writer", "reader"]
    assert (json.loads(done.body), done.location) == ({"found": "written"}, "/x/1")


async def test_what_no_longer_follows_when_it_is_written_is_a_conflict(house: House) -> None:
    def write(store: Store) -> None:
        raise ValueError("somebody was faster")

    def handle(desk: Desk, call: Call) -> Change:
        return Change(write, lambda written: Answer(written))

    with (
        ThreadPoolExecutor(2) as readers,
        ThreadPoolExecutor(1) as writer,
        pytest.raises(Problem, match="somebody was faster") as refused,
    ):
        await work_on(house, readers, writer).do(asked(handle))
    assert refused.value.document.status == 409
