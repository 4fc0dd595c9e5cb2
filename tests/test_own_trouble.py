"""The hub in trouble, as a process: its disk takes nothing, or its PostgreSQL is gone. Those who are to hear of it hear
of it once and of its end once, and nothing that was measured meanwhile is lost."""

import json
import resource
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from monitor.core.alerting.own import STEADY
from monitor.storage.store import Store
from tests.running import ROOT, Janji, free_port
from tests.services import OwnPostgres
from tests.targets import Receiver, receiver

pytestmark = pytest.mark.slow

OVER = 3
PATIENCE = 60 + STEADY
FULL = "Janji itself: its database cannot be written"
AWAY = "Janji itself: its database does not answer"
WELL = "Janji itself is well again"


@pytest.fixture
def alerts() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def settings(folder: Path, database: str, alerts: Receiver) -> Path:
    """One check a second of a port that nothing listens on; the rule on `down` waits for longer than any test."""
    path = folder / "janji.yaml"
    path.write_text(f"""
page: {{title: Own, zone: UTC}}
server: {{database: "{database}"}}
components:
  - id: web
    checks: [{{kind: tcp, host: 127.0.0.1, port: {free_port()}, every: 1s, timeout: 450ms, retry: 0s}}]
alerts:
  channels: {{ops: ["{alerts.address}"]}}
  rules: [{{on: hub, over: {OVER}s, notify: [ops]}}, {{on: down, after: 1000, notify: [ops]}}]
""")
    return path


def hub(folder: Path) -> tuple[Janji, str]:
    """A hub of its own folder, not started, and where its admin listener will be."""
    folder.mkdir(exist_ok=True)
    public, admin = (f"127.0.0.1:{free_port()}" for _ in range(2))
    return Janji(folder, ("up", "--listen", public, "--admin", admin)), f"http://{admin}"


def readiness(admin: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"{admin}/readyz", timeout=5) as answer:
            return dict(json.loads(answer.read()))
    except urllib.error.HTTPError as error:
        return dict(json.loads(error.read()))


def wait(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not _holds(condition):
        assert time.monotonic() < end, f"not within {PATIENCE} s: {what}"
        time.sleep(0.1)


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except (OSError, ValueError):
        return False


def listed(config: Path, folder: Path) -> list[tuple[str, str]]:
    """What `janji alert list` says was sent, oldest first."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(config), "alert", "list", "--json"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [(row["title"], row["state"]) for row in reversed(json.loads(done.stdout))]


def fill_disk(janji: Janji, *, full: bool) -> None:
    """No file of the hub grows any more: its disk is full, as far as it can tell."""
    _, hard = resource.prlimit(janji.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(janji.process.pid, resource.RLIMIT_FSIZE, (0 if full else hard, hard))


def unmeasured(database: str, start: int, end: int) -> list[int]:
    """The slots in between that no result is stored for."""
    with closing(Store.open_read_only(database)) as store:
        seen = {result.slot for result in store.results("web", start, end)}
    return sorted(set(range(start, end)) - seen)


def settled(database: str) -> int:
    with closing(Store.open_read_only(database)) as store:
        return store.components()["web"].watermark or 0


def test_a_disk_that_takes_nothing_is_told_once_and_its_end_once(tmp_path: Path, alerts: Receiver) -> None:
    database = f"sqlite:///{tmp_path}/var/janji.db"
    config = settings(tmp_path, database, alerts)
    janji, admin = hub(tmp_path)
    with closing(janji):
        janji.start(config)
        wait(lambda: readiness(admin)["ready"] and settled(database) > 0, "the first slots")
        began = int(time.time())
        fill_disk(janji, full=True)
        wait(lambda: len(alerts.messages) == 1, "the alert")
        told = int(time.time())
        wait(lambda: time.time() > told + 2 * OVER, "some slots more")
        fill_disk(janji, full=False)
        ended = int(time.time())
        wait(lambda: len(alerts.messages) == 2, "the recovery")
        wait(lambda: settled(database) > ended, "settled behind it")
        wait(lambda: len(listed(config, tmp_path)) == 2, "on record")
        janji.stop()
    assert [(item["type"], item["title"]) for item in alerts.messages] == [("failure", FULL), ("success", WELL)]
    assert "results wait in memory" in alerts.messages[0]["message"]
    assert listed(config, tmp_path) == [(FULL, "sent"), (WELL, "sent")]
    # A machine that is busy may cost a slot; a trouble of six seconds and more may not cost what it lasts.
    assert len(unmeasured(database, began, ended)) <= 2


def test_of_two_hubs_without_their_postgresql_the_one_that_led_tells(
    tmp_path: Path, alerts: Receiver, own_postgres: OwnPostgres
) -> None:
    config = settings(tmp_path, own_postgres.url, alerts)
    (one, admin), (other, other_admin) = hub(tmp_path / "one"), hub(tmp_path / "other")
    with closing(one), closing(other):
        one.start(config)
        wait(lambda: readiness(admin)["role"] == "leads" and settled(own_postgres.url) > 0, "the first slots")
        other.start(config)
        wait(lambda: readiness(other_admin)["role"] == "follows", "the other one follows")
        began = int(time.time())
        own_postgres.stop()
        wait(lambda: len(alerts.messages) == 1, "the alert")
        told = int(time.time())
        wait(lambda: time.time() > told + 2 * OVER, "some slots more")
        own_postgres.start()
        ended = int(time.time())
        wait(lambda: len(alerts.messages) == 2, "the recovery")
        wait(lambda: settled(own_postgres.url) > ended, "settled behind it")
        wait(lambda: len(listed(config, tmp_path)) == 2, "on record")
        for each in (one, other):
            each.stop()
        assert [(item["type"], item["title"]) for item in alerts.messages] == [("failure", AWAY), ("success", WELL)]
        assert "results wait in the spool" in alerts.messages[0]["message"]
        assert listed(config, tmp_path) == [(AWAY, "sent"), (WELL, "sent")]
        assert len(unmeasured(own_postgres.url, began, ended)) <= 2
