"""`janji locations`: which places probe, and whether they do."""

from pathlib import Path

import pytest

from monitor.core.contact import Contact, Waiting
from monitor.core.exchange import Shard
from monitor.core.model import Result, Seconds, State
from monitor.hub.wanted import wanted_components
from monitor.settings.loader import load
from tests.cli.house import SETTINGS, House

NOW: Seconds = 1_800_000_000
PLACES = "locations: [{{name: jakarta}}, {{name: singapore, agent: true, label: Asia}}]\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr("monitor.cli.locations.now", lambda: NOW)
    found = House(tmp_path)
    found.settings(SETTINGS + PLACES)
    settings, store = load(found.config, secrets=lambda name: False).settings, found.store()
    wanted = wanted_components(settings)
    store.adopt("v1", dict, wanted, now=NOW - 90_000, actor="test")
    from monitor.core.model import digest

    definition = digest(wanted[0].checks[0].definition)
    seen = [State.UP] * 6 + [State.DEGRADED, State.DOWN, State.UNKNOWN]
    slots = [NOW - 10 * number for number in range(1, 10)]
    rows = [(slot, state, "singapore") for slot, state in zip(slots, seen, strict=True)]
    rows += [(NOW - 20, State.UP, "jakarta"), (NOW - 86_410, State.DOWN, "jakarta")]
    refused = store.accept(
        [Result("api", "health", place, slot, slot * 1000, state, definition) for slot, state, place in rows]
    )
    assert refused == []
    store.contacts.note(Contact("singapore", NOW - 180, 1, "1.2", Waiting(-40, 12, 3, NOW - 780)))
    store.close()
    return found


def test_each_location_is_told_with_its_own_answers_of_a_day(house: House) -> None:
    done = house.run("locations", "--json")
    assert done.code == 0
    jakarta, singapore = done.json
    assert (jakarta["kind"], jakarta["last_seen"], jakarta["backlog"]) == ("local", "2027-01-15T07:59:40Z", None)
    assert jakarta["own_answers_percent_trunc4"] == "100.0000"
    assert singapore == {
        "name": "singapore",
        "label": "Asia",
        "public": True,
        "kind": "agent",
        "last_seen": "2027-01-15T07:57:00Z",
        "silent": False,
        "blind": False,
        "skewed": False,
        "troubles": [],
        "lag_seconds": 600,
        "backlog": 12,
        "dropped": 3,
        "dropped_since": "2027-01-15T07:57:00Z",
        "dropped_last": "2027-01-15T07:57:00Z",
        "skew_ms": -40,
        "version": "1.2",
        "protocol": 1,
        "own_answers_percent_trunc4": "87.5000",  # 7 of 8: what was not measured is not in it
    }


def test_what_was_given_up_is_told_with_since_when_by_agents_and_by_the_hubs_own_spool(house: House) -> None:
    jakarta, _ = house.run("locations", "--json").json
    assert (jakarta["dropped"], jakarta["dropped_since"], jakarta["dropped_last"]) == (0, None, None)
    store = house.store()
    store.losses.note("a", {"jakarta": 40}, NOW - 600)
    store.losses.note("a", {"jakarta": 50}, NOW - 60)
    store.losses.note("b", {"jakarta": 2}, NOW - 300)
    store.close()
    jakarta, _ = house.run("locations", "--json").json
    told = [jakarta[key] for key in ("dropped", "dropped_since", "dropped_last")]
    assert told == [52, "2027-01-15T07:50:00Z", "2027-01-15T07:59:00Z"]
    lines = house.run("locations").lines
    assert "52 since 2027-01-15T07:50:00Z" in lines[1]
    assert "3 since 2027-01-15T07:57:00Z" in lines[2]


def test_a_silent_agent_makes_the_answer_no(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.cli.locations.now", lambda: NOW + 1)
    done = house.run("locations")
    assert done.code == 1
    assert done.lines[2].split()[:6] == [
        *("singapore", "agent", "2027-01-15T07:57:00Z", "silent", "since", "2027-01-15T07:57:00Z"),
    ]
    assert "600 s" in done.lines[2]


def test_agents_that_share_a_location_are_told_together_and_each_trouble_with_its_part(house: House) -> None:
    store = house.store()
    for number, skew_ms in ((1, 30), (2, -9_000)):
        said = Waiting(skew_ms, 10 * number, number, NOW - 60 * number)
        store.contacts.note(Contact("singapore", NOW - 5, 2, f"1.{number}", said, part=Shard(number, 3)))
    store.contacts.note(Contact("jakarta", NOW - 9, 0, "1.2", Waiting(0, 0, 0, None), blind_since=NOW - 40))
    store.close()
    done = house.run("locations", "--json")
    assert done.code == 1
    jakarta, singapore = done.json
    assert (jakarta["blind"], jakarta["troubles"]) == (
        True,
        [{"trouble": "blind", "since": "2027-01-15T07:59:20Z", "part": None}],
    )
    assert (jakarta["backlog"], jakarta["version"]) == (None, None)
    assert singapore["troubles"] == [
        {"trouble": "skewed", "since": "2027-01-15T07:59:55Z", "part": "2/3"},
        {"trouble": "silent", "since": None, "part": "3/3"},
    ]
    told = {key: singapore[key] for key in ("backlog", "dropped", "skew_ms", "version", "protocol", "lag_seconds")}
    assert told == {
        "backlog": 30, "dropped": 3, "skew_ms": -9_000, "version": "1.1, 1.2", "protocol": 2, "lag_seconds": 115,
    }  # fmt: skip
    assert "2/3 skewed since 2027-01-15T07:59:55Z; 3/3 silent" in house.run("locations").lines[2]
