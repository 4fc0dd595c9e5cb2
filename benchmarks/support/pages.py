"""One server of the page: `python -m benchmarks.support.pages PORT FOLDER app|bytes`.

`app` is the real application on the database in the folder; `bytes` answers with the same bytes and headers and does
nothing else. Both under the settings of uvicorn that `janji up` uses.
"""

import asyncio
import sys
import time
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.support.history import load_text
from monitor.cli.connections import Bounded
from monitor.cli.front import Limited, Ready
from monitor.reader.reader import Reader
from monitor.storage.store import Store
from statuspage.app import StatusPage, create_app


def real(folder: Path) -> StatusPage:
    """The application, rendered."""
    settings = load_text(folder, (folder / "janji.yaml").read_text())
    store = Store.open_read_only(f"sqlite:///{folder}/bench.db")
    now = int(time.time())
    app = create_app(Reader(store, settings, lambda: now))
    app.pages.refresh(now)
    store.close()
    return app


async def bare(app: StatusPage) -> ASGIApp:
    """The floor: the bytes that the application answers with, by Accept-Encoding, and no other thought."""
    answers = {coding: await _answer(app, coding) for coding in (b"identity", b"gzip")}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        start, body = answers[b"gzip" if (b"accept-encoding", b"gzip") in scope["headers"] else b"identity"]
        await send(start)
        await send(body)

    return answer


async def _answer(app: StatusPage, coding: bytes) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"accept-encoding", coding)]}
    await app(scope, receive, send)
    return sent


class _Server(uvicorn.Server):
    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        print("ready", flush=True)


async def main(port: int, folder: str, kind: str) -> None:
    page = real(Path(folder))
    # As `janji up` has it: what is ready made in front, limits behind, connections bounded.
    app = Ready(page.pages, Limited(page, lambda: 0))
    config = uvicorn.Config(
        app if kind == "app" else await bare(page),
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        http=Bounded if kind == "app" else "httptools",
        ws="none",
        lifespan="off",
        proxy_headers=False,
        limit_concurrency=2000,
    )
    await _Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
