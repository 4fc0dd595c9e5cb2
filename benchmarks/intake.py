"""Results a second of one core that a hub takes from agents, through the whole API, each batch on the disk.

`python -m benchmarks.intake [BATCHES [RESULTS]]`. Batches as an agent packs them, handed to the application as uvicorn
would: token, limits, unpacking, reading, storing. The floor is one batched insert of the same rows through `sqlite3`.
Judging comes after it and has a benchmark of its own.
"""

import asyncio
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message

from benchmarks.judging import bare_insert, floor_database
from benchmarks.support.history import load_text, settings_text
from monitor.agent.link import Said, Waits, pack
from monitor.api.app import create_api
from monitor.api.work import Work
from monitor.core.exchange import PROTOCOL
from monitor.core.model import Phases, Result, Seconds, State
from monitor.core.record import encode
from monitor.core.token import LOCATION, hash_token
from monitor.hub.wanted import wanted_components
from monitor.settings.hub import Settings
from monitor.storage.store import Store

START: Seconds = 1_767_225_600
EVERY: Seconds = 60
TOKEN = "janji_bench"  # noqa: S105 - of a database that is thrown away


def settings_of(folder: Path, checks: int) -> Settings:
    """So many checks of one component, probed by one agent."""
    text = settings_text(1, checks, every=EVERY, target=1, page=2)
    return load_text(folder, text + "locations: [{name: far, agent: true}]\n")


def results_of(store: Store, number: int) -> list[Result]:
    """What the agent saw in one slot."""
    slot = START + number * EVERY
    return [
        Result(
            component=item.component,
            check=item.terms.check,
            location="far",
            slot=slot,
            started_ms=slot * 1000 + 100,
            outcome=State.UP,
            definition=item.terms.definition,
            phases=Phases(None, 1, None, 18, 20),
        )
        for item in store.planned(slot)
    ]


async def push(api: ASGIApp, body: bytes) -> None:
    """Asks as a server would, and looks at the answer."""
    told: list[Message] = []
    headers = {
        "authorization": f"Bearer {TOKEN}",
        "janji-protocol": str(PROTOCOL),
        "content-type": "application/json",
        "content-encoding": "gzip",
    }
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/agent/results",
        "raw_path": b"/api/v1/agent/results",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    await api(scope, receive, send)
    assert told[0]["status"] == 200, told


async def measure(folder: Path, batches: int, each: int) -> tuple[float, float]:
    """CPU seconds of taking all batches in, and of the floor."""
    settings, now = settings_of(folder, each), START
    store, _ = Store.open(f"sqlite:///{folder}/bench.db")
    store.adopt(settings.digest, settings.document, wanted_components(settings), now=START - 1, actor="benchmark")
    store.tokens.create("far", [f"{LOCATION}far"], hash_token(TOKEN), now=START, actor="benchmark")
    ticks = count(step=1000)  # a push each second: no limit is met
    taken = floor = 0.0
    with ThreadPoolExecutor(1) as readers, ThreadPoolExecutor(1) as writer, closing(floor_database(folder)) as bare:
        work = Work(store, store, lambda: settings, lambda: now, readers, writer, lambda: now * 1000)
        api = create_api(work, lambda: next(ticks))
        for number in range(batches):
            now = START + (number + 1) * EVERY
            results = results_of(store, number)
            encoded = [json.dumps(encode(result)).encode() for result in results]
            body = pack(encoded, Said(Waits(0, 0, None)), now * 1000)
            began = time.process_time()
            await push(api, body)
            taken += time.process_time() - began
            floor += bare_insert(bare, results)
    stored = sum(1 for _ in store.results("c0", START, now))
    store.close()
    assert stored == batches * each, stored
    return taken, floor


def main(batches: int = 20, each: int = 1000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        taken, floor = asyncio.run(measure(Path(folder), batches, each))
    results = batches * each
    print(f"{results} results in {batches} batches, {taken / results * 1e6:.0f} µs CPU a result")
    print(f"intake {results / taken:>10.0f} results a second of one core, {taken / floor:.1f}x of one batched insert")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
