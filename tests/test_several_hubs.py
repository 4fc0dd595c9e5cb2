"""Two hubs on one PostgreSQL, as processes: the leader frozen, then killed, then the database restarted. Nothing that
was accepted is lost, nothing is told twice, and the timelines are those that the stored results prove."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from monitor.core.model import Phases, Result, State
from monitor.core.record import encode
from tests.hubs import TAKEOVER, HubProcess, get, hub_in, wait
from tests.running import ROOT
from tests.services import OwnPostgres
from tests.targets import Receiver, Web, receiver

pytestmark = pytest.mark.slow


@dataclass
class House:
    """Two hubs, their database, the target they watch, whom they alert, and an agent's token."""

    one: HubProcess
    other: HubProcess
    postgres: OwnPostgres
    web: Web
    alerts: Receiver
    token: str = ""
    definition: str = ""

    def hand_in(self, hub: HubProcess, outcome: State, slots: range) -> None:
        """What an agent does: results of `far` through one hub; once it answers they have to last."""
        results = [
            Result("far", "http", "away", slot, slot * 1000 + 20, outcome, self.definition, Phases(total_ms=9))
            for slot in slots
        ]
        body = {"protocol": 1, "sent_ms": int(time.time() * 1000), "backlog": 0, "dropped": 0, "oldest": None}
        answer = json.loads(self._ask(hub, "results", {**body, "results": [encode(item) for item in results]}))
        assert (answer["accepted"], answer["refused"]) == (len(results), [])

    def look_up_definition(self) -> None:
        (check,) = json.loads(self._ask(self.one, "checks"))["checks"]
        self.definition = check["digest"]

    def _ask(self, hub: HubProcess, path: str, body: dict[str, Any] | None = None) -> str:
        headers = {"authorization": f"Bearer {self.token}", "janji-protocol": "1", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return get(urllib.request.Request(f"{hub.admin}/api/v1/agent/{path}", data, headers))

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "--config", str(self.one.config), *arguments],
            cwd=self.one.janji.directory,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture
def house(tmp_path: Path, own_postgres: OwnPostgres) -> Iterator[House]:
    with ExitStack() as stack:
        web = Web()
        web.start()
        stack.callback(web.stop)
        alerts = stack.enter_context(receiver())
        config = tmp_path / "janji.yaml"
        config.write_text(_settings(own_postgres, web, alerts))
        made = House(hub_in(tmp_path / "one", config), hub_in(tmp_path / "other", config), own_postgres, web, alerts)
        for hub in (made.one, made.other):
            stack.callback(hub.janji.close)
        made.one.start()
        made.token = made.run("token", "create", "away", "--scope", "location:away").split()[-1]
        made.look_up_definition()
        made.other.start()
        yield made


def _settings(postgres: OwnPostgres, web: Web, alerts: Receiver) -> str:
    common = "every: 1s, timeout: 450ms, retry: 0s"
    return f"""
page: {{title: Several, zone: UTC}}
server: {{database: "{postgres.url}"}}
locations: [{{name: here}}, {{name: away, agent: true}}]
components:
  - id: web
    name: Shop
    checks: [{{kind: http, url: "{web.url}", {common}, locations: [here], expect: {{json: {{$.status: ok}}}}}}]
  - id: far
    name: Far
    checks: [{{kind: http, url: "http://127.0.0.1:9/", {common}, locations: [away]}}]
alerts:
  channels: {{engineering: ["{alerts.address}"]}}
  rules: [{{on: down, notify: [engineering]}}]
"""


def test_two_hubs_on_one_postgresql(house: House) -> None:
    wait(lambda: (house.one.role, house.other.role) == ("leads", "follows"), "one leads and the other follows")
    handed_in = _both_pages_say_the_same_and_one_alert_is_sent(house)
    handed_in += _a_frozen_leader_is_replaced_and_follows_when_it_wakes(house)
    _a_killed_leader_is_replaced(house)
    _a_restart_of_the_database_costs_no_slot(house)
    assert house.ask("select count(*) from result join location l on l.no = location_no where l.name = 'away'") == [
        (handed_in,)
    ]
    for hub in (house.one, house.other):
        hub.janji.stop()
    assert "differs" not in house.run("verify", "--from", time.strftime("%Y-%m-%d", time.gmtime(time.time() - 90_000)))
    assert house.alerts.titles("failure").count("Shop is down") == 2, "each outage is told once"
    assert house.alerts.titles("success").count("Shop has recovered") == 2, "and its end"


def _breaks(house: House) -> None:
    """The shop is down on both pages, and one alert goes out; then it is up again."""
    told = house.alerts.titles("failure").count("Shop is down")
    house.web.mood = "wrong"
    for hub in (house.one, house.other):
        wait(lambda hub=hub: hub.states()["web"] == "down", "down on both pages")
    wait(lambda: house.alerts.titles("failure").count("Shop is down") == told + 1, "the alert")
    house.web.mood = "ok"
    for hub in (house.one, house.other):
        wait(lambda hub=hub: hub.states()["web"] == "up", "up again on both pages")
    wait(lambda: house.alerts.titles("success").count("Shop has recovered") == told + 1, "the recovery")


def _both_pages_say_the_same_and_one_alert_is_sent(house: House) -> int:
    _breaks(house)
    now = int(time.time())
    house.hand_in(house.other, State.UP, range(now - 3, now))
    wait(lambda: house.one.states()["far"] == "up", "what a follower accepted is judged")
    return 3


def _a_frozen_leader_is_replaced_and_follows_when_it_wakes(house: House) -> int:
    house.one.janji.pause()
    now = int(time.time())
    house.hand_in(house.other, State.DOWN, range(now - 2, now))
    assert wait(lambda: house.other.role == "leads", "another leader", TAKEOVER) < TAKEOVER
    wait(lambda: ("down", 2) in _runs(house, "far"), "accepted without a leader, judged by the next one")
    house.one.janji.resume()
    wait(lambda: house.one.role == "follows", "the one that woke up")
    wait(lambda: house.one.readiness()["ready"], "ready to serve")
    _breaks(house)
    return 2


def _runs(house: House, component: str) -> list[tuple[str, int]]:
    query = "select state, \"end\" - start from span join component c on c.no = component_no where c.id = '{}'"
    states = ("up", "degraded", "down", "unknown")
    return [(states[state], length) for state, length in house.ask(query.format(component))]


def _a_killed_leader_is_replaced(house: House) -> None:
    house.other.janji.kill()
    assert wait(lambda: house.one.role == "leads", "another leader", TAKEOVER) < TAKEOVER
    house.other.start()
    wait(lambda: house.other.role == "follows", "the one that was killed and started again")
    wait(lambda: house.one.states()["web"] == "up", "probing goes on")


def _a_restart_of_the_database_costs_no_slot(house: House) -> None:
    leader = house.one if house.one.role == "leads" else house.other
    began = int(time.time())
    house.postgres.stop()
    wait(lambda: not leader.readiness()["ready"], "the leader says that the database is away")
    assert "the database does not answer" in " ".join(leader.readiness()["problems"]).lower()
    wait(lambda: time.time() > began + 4, "some slots")
    house.postgres.start()
    ended = int(time.time())
    for hub in (house.one, house.other):
        wait(lambda hub=hub: hub.readiness()["ready"], "ready again")
    wait(lambda: _settled_to(house) > ended + 1, "settled behind the restart")
    query = "select count(*) from span join component c on c.no = component_no where c.id = 'web' and state = 3 and "
    # Probes were on their way when the first second began, and when the lead was taken up again in the last.
    assert house.ask(f'{query} start < {ended - 1} and "end" > {began + 1}') == [(0,)]


def _settled_to(house: House) -> int:
    return int(house.ask("select watermark from component where id = 'web'")[0][0])
