"""`janji check`: a real probe of a real server, told in words, and nothing stored."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.house import House

SETTINGS = """\
components:
  - id: api
    checks:
      - {{id: health, kind: http, url: "http://127.0.0.1:PORT/health", retry: 0s}}
      - {{id: broken, kind: http, url: "http://127.0.0.1:PORT/broken", retry: 0s}}
      - {{id: slow, kind: http, url: "http://127.0.0.1:PORT/health", retry: 0s, expect: {{slower_than: 1ms}}}}
      - {{id: secret, kind: http, url: "http://127.0.0.1:PORT/health", retry: 0s, headers: {{x-token: "${{TOKEN}}"}}}}
  - id: database
    checks:
      - {{kind: tcp, host: 127.0.0.1, port: PORT, retry: 0s}}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 503)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    found = House(tmp_path)
    found.settings(SETTINGS.replace("PORT", str(server.server_address[1])))
    yield found
    server.shutdown()
    server.server_close()


def test_a_good_target_is_up_with_its_phases(house: House) -> None:
    done = house.run("check", "api/health")
    assert done.code == 0
    assert done.lines[0] == "api/health is up"
    assert [line.rsplit(maxsplit=2)[0].strip() for line in done.lines[1:]] == ["connect", "first byte", "total"]


def test_a_bad_answer_is_down_with_its_reason_and_exit_code_1(house: House) -> None:
    done = house.run("check", "api/broken")
    assert done.code == 1
    assert done.lines[0] == "api/broken is down"
    assert done.lines[1].startswith("  It answered with an error. (")
    assert "503" in done.lines[1]


def test_the_name_of_the_only_check_may_be_left_out(house: House) -> None:
    assert house.run("check", "database").lines[0] == "database/tcp is up"


def test_with_several_checks_one_must_be_named(house: House) -> None:
    done = house.run("check", "api")
    assert done.code == 2
    assert "api has several checks; write one of api/health, api/broken, api/slow, api/secret" in done.err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("apy/health", "there is no component apy; did you mean api?"),
        ("api/heath", "there is no check api/heath; did you mean api/health?"),
        ("zzz", "there is no component zzz; known here: api, database"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(house: House, name: str, message: str) -> None:
    done = house.run("check", name)
    assert done.code == 2
    assert message in done.err


def test_a_secret_that_is_not_set_is_unknown_and_named(house: House) -> None:
    done = house.run("check", "api/secret")
    assert done.code == 1
    assert done.lines[:2] == ["api/secret is unknown", "  A secret that the probe needs is not set. (TOKEN)"]


def test_no_secret_is_shown(house: House) -> None:
    done = house.run("check", "api/secret", env={"TOKEN": "hunter2"})
    assert done.code == 0
    assert "hunter2" not in done.out + done.err


def test_json_holds_outcome_phases_and_failure(house: House) -> None:
    found = house.run("check", "api/broken", "--json").json
    assert (found["component"], found["check"], found["outcome"], found["attempts"]) == ("api", "broken", "down", 1)
    assert (found["failure"]["kind"], found["failure"]["sentence"]) == ("status", "It answered with an error.")
    assert found["phases"]["tls_ms"] is None
    assert isinstance(found["phases"]["total_ms"], int)
    assert found["certificate_expires"] is None


def test_nothing_is_stored(house: House) -> None:
    house.run("check", "api/health")
    assert [path.name for path in house.folder.iterdir()] == ["janji.yaml"]
