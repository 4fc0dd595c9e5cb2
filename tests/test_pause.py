"""A pause on a hub as a real process, by the target's own count of who came."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.running import Janji, free_port
from tests.test_heartbeat import command, state, wait

pytestmark = pytest.mark.slow


@contextmanager
def counting(visits: list[float]) -> Iterator[int]:
    """The port of a server that notes when somebody came."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(time.monotonic())
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_paused_component_is_left_alone_and_said_to_be_until_it_is_resumed(tmp_path: Path, janji: Janji) -> None:
    config, visits = tmp_path / "janji.yaml", list[float]()
    with counting(visits) as port:
        config.write_text(f"""
page: {{languages: [en, id]}}
server: {{listen: "127.0.0.1:{free_port()}", admin: "127.0.0.1:{free_port()}", database: "sqlite:///pause.db"}}
components:
  - id: shop
    name: Shop
    checks: [{{kind: http, url: "http://127.0.0.1:{port}/", every: 1s, timeout: 400ms, retry: 0s}}]
""")
        janji.start(config)
        wait(lambda: state(janji) == "up", "up")
        paused = command(janji, config, "pause", "shop", "--for", "1h", "--reason", "moved to another rack")
        assert paused.returncode == 0, paused.stderr
        assert paused.stdout.startswith("shop is paused from ")

        wait(lambda: state(janji) == "unknown", "unknown")
        for path, sentence in (("/", "Shop is not being checked"), ("/id/", "Shop sedang tidak diperiksa")):
            with urllib.request.urlopen(janji.url + path, timeout=5) as answer:
                page = answer.read().decode()
            assert sentence in page
            assert "another rack" not in page
        came = len(visits)
        listed = json.loads(command(janji, config, "pause", "--json").stdout)
        assert [(item["component"], item["state"]) for item in listed] == [("shop", "paused")]
        assert len(visits) == came, "a paused component was probed"

        assert command(janji, config, "resume", "shop").returncode == 0
        wait(lambda: state(janji) == "up", "up again")
        explained = command(janji, config, "explain", "shop").stdout
        assert "Shop was paused from " in explained
        assert "moved to another rack" in explained
        janji.stop()
