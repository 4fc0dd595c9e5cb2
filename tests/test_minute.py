"""One minute, end to end: the real command as a process, real targets broken one by one, read as users read."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.running import ROOT, Janji, free_port
from tests.targets import Mailbox, Receiver, Relay, Web, mailbox, receiver

pytestmark = pytest.mark.slow

SLOTS = 3
"""How many slots a change of state may take to reach the page."""

SLACK = 5
"""Seconds on top, for a machine that does other things meanwhile."""

PATIENCE = 40


@dataclass
class House:
    """Janji under test with the targets it watches."""

    janji: Janji
    config: Path
    web: Web
    relays: dict[str, Relay]
    alerts: Receiver
    mails: Mailbox

    def sentence(self) -> str:
        with urllib.request.urlopen(self.janji.url + "/", timeout=10) as page:
            found = re.search(r"<h1[^>]*>(.*?)</h1>", page.read().decode(), re.DOTALL)
        assert found
        return re.sub(r"<[^>]*>|\s+", " ", found[1]).strip()

    def components(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(self.janji.url + "/api/v1/summary", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)["components"]
        return found

    def component(self, name: str) -> dict[str, Any]:
        return next(item for item in self.components() if item["id"] == name)

    def settled_after(self, moment: float) -> bool:
        """Whether every component is: on a busy machine one comes seconds after another."""
        return all(item["as_of"] and _instant(item["as_of"]) > moment for item in self.components())

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(self.config), *arguments],
            cwd=self.janji.directory,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def explained(self, component: str) -> dict[str, Any]:
        month = time.strftime("%Y-%m", time.gmtime())
        return json.loads(self.run("explain", component, month, "--json"))

    def month(self, component: str) -> dict[str, Any]:
        document = json.loads(self.run("report", "--json"))
        return next(row for row in document["components"] if row["id"] == component)


def wait(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> float:
    """Seconds until a condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, f"not within {patience} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.fixture
def house(tmp_path: Path, janji: Janji, postgres_url: str, mariadb_url: str, redis_url: str) -> Iterator[House]:
    """Everything started, and every component seen up."""
    with ExitStack() as stack:
        web = Web()
        web.start()
        stack.callback(web.stop)
        relays = {}
        addresses = {}
        for name, url in {"postgres": postgres_url, "mysql": mariadb_url, "redis": redis_url}.items():
            parts = urlsplit(url)
            relay = Relay(parts.hostname or "127.0.0.1", parts.port or 0)
            relay.start()
            stack.callback(relay.stop)
            relays[name] = relay
            user = f"{parts.username}@" if parts.username else ""
            addresses[name] = f"{parts.scheme}://{user}127.0.0.1:{relay.port}{parts.path}"
        alerts = stack.enter_context(receiver())
        mails = stack.enter_context(mailbox())
        config = tmp_path / "janji.yaml"
        config.write_text(_settings(web, addresses, alerts, mails))
        janji.start(config)
        house = House(janji, config, web, relays, alerts, mails)
        wait(lambda: house.sentence() == "All services are working", "everything up")
        yield house


def _settings(web: Web, addresses: dict[str, str], alerts: Receiver, mails: Mailbox) -> str:
    common = "every: 1s, timeout: 450ms, retry: 0s"
    return f"""
page: {{title: Minute, zone: UTC}}
server:
  listen: 127.0.0.1:{free_port()}
  admin: 127.0.0.1:{free_port()}
  database: sqlite:///minute.db
components:
  - id: web
    name: Shop
    objective: 99.9%
    checks:
      - {{kind: http, url: "{web.url}", {common}, expect: {{json: {{$.status: ok}}, slower_than: 150ms}}}}
  - id: ledger
    name: Ledger
    checks: [{{kind: postgres, dsn: "{addresses["postgres"]}", {common}, expect: {{value: 1}}}}]
  - id: orders
    name: Orders
    checks: [{{kind: mysql, dsn: "{addresses["mysql"]}", {common}, expect: {{value: 1}}}}]
  - id: cache
    name: Cache
    checks: [{{kind: redis, url: "{addresses["redis"]}", {common}}}]
alerts:
  channels:
    engineering: ["{alerts.address}", "{mails.address}"]
  rules:
    - {{on: down, after: 2, notify: [engineering]}}
    - {{on: degraded, after: 2, notify: [engineering]}}
"""


def test_a_minute_from_end_to_end(house: House) -> None:
    _stopped_http_is_down_on_the_page_in_an_alert_and_in_a_mail(house)
    _wrong_and_hanging_answers_are_down_and_slow_ones_degraded(house)
    _databases_that_stop_or_hang_are_down(house)
    _outages_are_whole_slots_and_the_parts_add_up(house)
    _a_kill_loses_nothing_and_the_gap_is_unknown(house)
    _a_stopped_process_books_unknown_not_down(house)
    house.janji.stop()


def _stopped_http_is_down_on_the_page_in_an_alert_and_in_a_mail(house: House) -> None:
    house.web.stop()
    assert wait(lambda: house.sentence() == "Shop is down", "down on the page") <= SLOTS + SLACK
    wait(lambda: house.alerts.titles("failure") == ["Shop is down"], "the alert")
    house.web.start()
    wait(lambda: house.sentence() == "All services are working", "up again on the page")
    wait(lambda: house.alerts.titles("success") == ["Shop has recovered"], "the recovery")
    assert house.alerts.titles("failure") == ["Shop is down"], "one alert, not one a slot"
    wait(lambda: len(house.mails.mails) == 2, "both mails")
    assert house.mails.subjects() == ["Shop is down", "Shop has recovered"]
    body = house.alerts.messages[0]["message"]
    assert "It refused the connection." in body
    assert "Since " in body
    assert "local" in body


def _wrong_and_hanging_answers_are_down_and_slow_ones_degraded(house: House) -> None:
    for mood, sentence in (("wrong", "Shop is down"), ("hang", "Shop is down"), ("slow", "Shop is responding slowly")):
        house.web.mood = mood
        assert wait(lambda wanted=sentence: house.sentence() == wanted, f"{mood} on the page") <= SLOTS + SLACK
        house.web.mood = "ok"
        wait(lambda: house.sentence() == "All services are working", f"well again after {mood}")


def _databases_that_stop_or_hang_are_down(house: House) -> None:
    names = {"postgres": "Ledger", "mysql": "Orders", "redis": "Cache"}
    for kind, name in names.items():
        house.relays[kind].stop()
        wait(lambda name=name: house.sentence() == f"{name} is down", f"{kind} stopped")
        house.relays[kind].start()
        wait(lambda: house.sentence() == "All services are working", f"{kind} back")
    house.relays["postgres"].hanging = True
    wait(lambda: house.sentence() == "Ledger is down", "postgres hanging")
    house.relays["postgres"].hanging = False
    wait(lambda: house.sentence() == "All services are working", "postgres answers")


def _outages_are_whole_slots_and_the_parts_add_up(house: House) -> None:
    explained = house.explained("web")
    assert len(explained["outages_seen"]) >= 3
    assert explained["outages"] == len(explained["outages_seen"])
    lengths = [piece["seconds"] for piece in explained["down"]]
    assert all(length >= 1 for length in lengths), "whole slots of one second"
    assert sum(lengths) == explained["down_seconds"]
    parts = [explained[f"{part}_seconds"] for part in ("up", "degraded", "down", "unknown", "excluded")]
    assert sum(parts) == explained["total_seconds"]


def _a_kill_loses_nothing_and_the_gap_is_unknown(house: House) -> None:
    before = house.month("cache")
    house.janji.kill()
    time.sleep(4)
    house.janji.start(house.config)
    restarted = time.time()
    wait(lambda: house.settled_after(restarted + 2), "settled after the kill")
    wait(lambda: house.sentence() == "All services are working", "the page after the kill")
    after = house.month("cache")
    assert after["down_seconds"] == before["down_seconds"]
    assert after["up_seconds"] >= before["up_seconds"], "what was accepted is there"
    gap = after["unknown_seconds"] - before["unknown_seconds"]
    assert gap >= 3, "the gap is not measured"
    assert not house.alerts.titles("warning")[1:], "a gap is no alert of these rules beyond the slow shop"


def _a_stopped_process_books_unknown_not_down(house: House) -> None:
    before = {name: house.month(name) for name in ("web", "ledger", "orders", "cache")}
    house.janji.pause()
    time.sleep(10)
    house.janji.resume()
    # The hub is settled again once the watermark has passed the stop and its grace.
    resumed = time.time()
    wait(lambda: house.settled_after(resumed + 2), "settled after the stop")
    for name, row in before.items():
        after = house.month(name)
        assert after["down_seconds"] == row["down_seconds"], name
        assert after["unknown_seconds"] - row["unknown_seconds"] >= 8, name


def _instant(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()
