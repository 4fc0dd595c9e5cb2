"""A job and a hub as real processes: beats by HTTP, silence, a kill."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import ROOT, Janji, free_port

pytestmark = pytest.mark.slow

PATIENCE = 40.0


def command(janji: Janji, config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(config), *arguments],
        cwd=janji.directory,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def beat(address: str, body: bytes = b"") -> int:
    """The status, 0 where nobody answered."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=body), timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def wait(condition: Callable[[], bool], what: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE, f"not within {PATIENCE} s: {what}"
        meanwhile()
        time.sleep(0.2)


def state(janji: Janji) -> str:
    with urllib.request.urlopen(f"{janji.url}/api/v1/summary", timeout=5) as answer:
        return str(json.load(answer)["components"][0]["state"])


def test_a_job_that_falls_silent_is_down_and_an_acknowledged_beat_outlives_a_kill(tmp_path: Path, janji: Janji) -> None:
    config, port = tmp_path / "janji.yaml", free_port()
    config.write_text(f"""
server: {{listen: "127.0.0.1:{port}", admin: "127.0.0.1:{free_port()}", database: "sqlite:///beats.db"}}
components:
  - id: data
    checks: [{{id: sync, kind: heartbeat, every: 1s, period: 4s, grace: 0s}}]
""")
    janji.start(config)
    made = command(janji, config, "token", "create", "sync-job", "--scope", "heartbeat:data/sync")
    address = made.stdout.strip()
    assert address.startswith(f"http://127.0.0.1:{port}/beat/janji_")
    assert f"{address}\n" in made.stderr
    listed = command(janji, config, "heartbeat", "--json")
    (row,) = json.loads(listed.stdout)
    assert (listed.returncode, row["state"], row["reason"], row["tokens"]) == (
        0,
        "unknown",
        "no_beat_yet",
        ["sync-job"],
    )

    acknowledged: list[int] = []
    wait(lambda: state(janji) == "up", "up", lambda: acknowledged.append(beat(address)))
    assert set(acknowledged) <= {200, 429}
    wait(lambda: state(janji) == "down", "down without a beat")
    checked = command(janji, config, "check", "data/sync", "--json")
    assert json.loads(checked.stdout)["failure"]["kind"] == "silent"

    assert beat(f"{address}/fail", b"disk full") == 200
    janji.kill()
    assert beat(address) == 0
    janji.start(config)
    listed = command(janji, config, "heartbeat", "--json")
    (row,) = json.loads(listed.stdout)
    assert (listed.returncode, row["failed"]["message"], row["state"]) == (1, "disk full", "down")

    wait(lambda: state(janji) == "up", "up again", lambda: beat(address))
    wait(lambda: state(janji) == "unknown", "a silence so soon after a restart proves nothing")
    janji.stop()
    token = address.rpartition("/")[2]
    assert token not in janji.output
    assert all(token.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
