"""A hub and its agent, end to end: real processes, a real target, an outage of each."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.running import ROOT, Janji, free_port
from tests.targets import Web

pytestmark = pytest.mark.slow

PATIENCE = 90


def wait(condition: Callable[[], bool], what: str) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE, f"not within {PATIENCE} s: {what}"
        time.sleep(0.1)


def command(folder: Path, *arguments: str) -> Any:
    """What a command of the hub says, as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(folder / "janji.yaml"), *arguments, "--json"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def seen(hub: Janji) -> dict[str, Any]:
    """The component as the page's API has it."""
    with urllib.request.urlopen(hub.url + "/api/v1/summary", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)["components"][0]
    return found


def month(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = command(folder, "report")["components"][0]
    return found


def test_an_agent_sees_for_its_hub_and_fills_in_what_the_hub_missed(tmp_path: Path) -> None:
    web, admin = Web(), free_port()
    folder, home = tmp_path / "hub", tmp_path / "agent"
    folder.mkdir()
    home.mkdir()
    (folder / "janji.yaml").write_text(f"""
server: {{listen: "127.0.0.1:{free_port()}", admin: "127.0.0.1:{admin}", database: sqlite:///janji.db}}
locations: [{{name: singapore, agent: true}}]
components:
  - id: shop
    checks: [{{kind: http, url: "{web.url}", every: 1s, timeout: 450ms, retry: 0s}}]
""")
    hub = Janji(folder)
    agent = Janji(home, ("agent", "--hub", f"http://127.0.0.1:{admin}", "--location", "singapore"))
    web.start()
    with ExitStack() as stack:
        for end in (web.stop, agent.close, hub.close):
            stack.callback(end)
        hub.start(folder / "janji.yaml")
        token = command(folder, "token", "create", "singapore", "--scope", "location:singapore")["token"]
        agent.start(home / "none.yaml", {"JANJI_AGENT_TOKEN": token})
        wait(lambda: seen(hub)["state"] == "up", "up, as the agent sees it")
        web.stop()
        wait(lambda: seen(hub)["state"] == "down", "down, as the agent sees it")
        web.start()
        wait(lambda: seen(hub)["state"] == "up", "up again")
        _an_outage_of_the_hub_leaves_no_gap(hub, folder)
        agent.stop()
        assert token not in agent.output
        assert token not in hub.output
        hub.stop()


def _an_outage_of_the_hub_leaves_no_gap(hub: Janji, folder: Path) -> None:
    before = month(folder)
    hub.kill()
    time.sleep(6)
    hub.start(folder / "janji.yaml")
    wait(lambda: month(folder)["up_seconds"] >= before["up_seconds"] + 6, "what the agent saw meanwhile")
    wait(lambda: month(folder)["unknown_seconds"] <= before["unknown_seconds"] + 2, "no gap")
    assert month(folder)["down_seconds"] == before["down_seconds"]
