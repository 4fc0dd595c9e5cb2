"""The API of a running hub, asked as a program would ask it."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT, Janji, free_port

pytestmark = pytest.mark.slow

PATIENCE = 30.0


def settings(admin: int) -> str:
    return f"""
page: {{title: API, zone: UTC}}
server: {{listen: "127.0.0.1:{free_port()}", admin: "127.0.0.1:{admin}", database: "sqlite:///api.db"}}
components:
  - id: web
    name: Shop
    objective: 99.9%
    checks: [{{kind: tcp, host: 127.0.0.1, port: {admin}, every: 1s, timeout: 400ms, retry: 0s}}]
"""


def run(janji: Janji, config: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(config), *arguments],
        cwd=janji.directory,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def call(url: str, token: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def wait(condition: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE, f"not within {PATIENCE} s: {what}"
        time.sleep(0.1)


def test_a_month_is_read_and_maintenance_announced_over_http(tmp_path: Path, janji: Janji) -> None:
    port, config = free_port(), tmp_path / "janji.yaml"
    config.write_text(settings(port))
    janji.start(config)
    admin, start = f"http://127.0.0.1:{port}", int(time.time()) + 30 * 86_400
    token = run(janji, config, "token", "create", "budi", "--scope", "read", "--scope", "maintenance")
    month = time.strftime("%Y-%m", time.gmtime())

    def seen() -> bool:
        status, found = call(f"{admin}/api/v1/months/{month}", token)
        return status == 200 and found["components"][0]["up_seconds"] > 0

    wait(seen, "a second that was up")
    work = {
        "title": "Longer shelves",
        "components": ["web"],
        "start": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start)),
        "end": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start + 3600)),
    }
    status, announced = call(f"{admin}/api/v1/maintenance", token, work)
    assert (status, announced["says"][1]) == (201, "Announced 29 days ahead: its time will not count.")

    def on_the_page() -> bool:
        with urllib.request.urlopen(janji.url + "/", timeout=10) as page:
            return "Longer shelves" in page.read().decode()

    wait(on_the_page, "the maintenance on the public page")
    place = f"{admin}/api/v1/maintenance/{announced['id']}"
    wait(lambda: call(place, token)[1]["published_at"] is not None, "the stamp")
    (event,) = call(place, token)[1]["events"]
    assert (event["actor"], event["published"]) == ("budi", True)

    assert call(f"{admin}/readyz", token) == (200, {"ready": True, "problems": [], "role": "leads"})
    assert call(f"{admin}/api/v1/summary", token)[1]["components"][0]["id"] == "web"
    assert call(f"{janji.url}/api/v1/months/{month}", token)[0] == 404, "the public listener has no API that writes"
    run(janji, config, "token", "revoke", "budi")
    assert call(f"{admin}/api/v1/agreements", token)[0] == 401
    janji.stop()
    assert token not in janji.output
