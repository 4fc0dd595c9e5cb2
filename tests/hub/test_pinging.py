"""The ping to an address outside: asked for, and never named in what goes wrong."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitor.core.secret import SecretMissing
from monitor.hub.pinging import Pinging
from monitor.settings.hub import Settings

CHECK = {"id": "api", "checks": [{"kind": "tcp", "host": "a", "port": 1}]}


class Switch(ThreadingHTTPServer):
    """A dead man's switch on loopback."""

    answer = 200

    def __init__(self) -> None:
        self.asked: list[str] = []
        switch = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                switch.asked.append(self.path)
                self.send_response(switch.answer)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                return

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/s3cret"


@pytest.fixture
def switch() -> Iterator[Switch]:
    with Switch() as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def pinging(address: str | None, value: str = "") -> Pinging:
    def lookup(name: str) -> str:
        if not value:
            raise SecretMissing(name)
        return value

    return Pinging(Settings.model_validate({"components": [CHECK], "alerts": {"ping": address}}), lookup)


async def test_the_address_is_asked_for(switch: Switch) -> None:
    assert await pinging("${PING_URL}", switch.url).step() is None
    assert switch.asked == ["/s3cret"]


async def test_what_goes_wrong_is_told_without_the_address(switch: Switch) -> None:
    switch.answer = 404
    assert await pinging("${PING_URL}", switch.url).step() == "it answered 404"
    assert await pinging("${PING_URL}").step() == "the secret PING_URL is not set"
    assert "s3cret" not in (await pinging("${PING_URL}", "http://127.0.0.1:1/s3cret").step() or "s3cret")


async def test_nothing_is_asked_for_without_an_address() -> None:
    assert await pinging(None).step() is None
