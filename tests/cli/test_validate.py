"""`janji validate`: all mistakes at once, warnings beside them, exit codes that a script can use."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.context import now
from monitor.core.calendar import month_of, next_month
from monitor.hub.wanted import wanted_components
from monitor.settings.loader import load
from monitor.storage.store import Store
from tests.cli.house import SETTINGS, House

UNSET = SETTINGS + "  - {{id: cache, checks: [{{kind: redis, url: '${{CACHE_URL}}'}}]}}\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    found.settings()
    return found


def test_good_settings_are_counted(house: House) -> None:
    done = house.run("validate")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"OK: {house.config} holds 2 components, 3 checks, 1 location\n"


def test_every_mistake_is_told_at_once_with_its_line(house: House) -> None:
    wrong = SETTINGS.replace("{{id: port, kind: tcp, host: 127.0.0.1, port: 9}}", "{{kind: tcp}}")
    house.settings(wrong + "agrements: []\n")
    done = house.run("validate")
    assert (done.code, done.out) == (2, "")
    assert [line.split(": ")[:2] for line in done.err.splitlines()] == [
        [f"{house.config}:8", "components[0].checks[1].host"],
        [f"{house.config}:8", "components[0].checks[1].port"],
        [f"{house.config}:12", "agrements"],
    ]


def test_a_missing_file_is_a_mistake_with_the_remedy(house: House) -> None:
    house.config.unlink()
    done = house.run("validate")
    assert done.code == 2
    assert "there is no such file; name one with --config FILE or $JANJI_CONFIG" in done.err


def test_a_secret_that_is_not_set_is_a_warning(house: House) -> None:
    house.settings(UNSET)
    done = house.run("validate")
    assert done.code == 0
    assert "${CACHE_URL} is not set" in done.err
    assert done.out.endswith("(1 warning)\n")


def test_strict_makes_warnings_mistakes(house: House) -> None:
    house.settings(UNSET)
    done = house.run("validate", "--strict")
    assert done.code == 2
    assert "${CACHE_URL} is not set" in done.err


def test_a_secret_that_is_set_is_no_warning(house: House) -> None:
    house.settings(UNSET)
    assert house.run("validate", "--strict", env={"CACHE_URL": "redis://localhost"}).code == 0


def test_a_channel_that_apprise_does_not_know_is_a_mistake(house: House) -> None:
    house.settings(SETTINGS + "alerts: {{channels: {{engineering: ['nosuch://127.0.0.1/']}}}}\n")
    done = house.run("validate")
    assert done.code == 2
    assert "Apprise does not know this kind of address" in done.err


def test_json_holds_mistakes_and_warnings_by_file_line_and_path(house: House) -> None:
    house.settings(UNSET)
    good = house.run("validate", "--json")
    assert (good.code, good.json["ok"], good.json["components"], good.json["checks"]) == (0, True, 3, 4)
    assert [warning["line"] for warning in good.json["warnings"]] == [12]
    bad = house.run("validate", "--json", "--strict")
    assert (bad.code, bad.json["ok"]) == (2, False)
    assert bad.json["mistakes"][0].keys() == {"file", "line", "path", "message"}


def test_nothing_is_written(house: House) -> None:
    house.run("validate")
    assert [path.name for path in house.folder.iterdir()] == ["janji.yaml"]


def test_an_edit_says_from_which_month_on_it_holds(house: House) -> None:
    settings = load(house.config, secrets=lambda _name: True).settings
    store, _ = Store.open(settings.server.database)
    # Loaded long ago: the running month, whichever it is, began under these settings.
    store.adopt(settings.digest, settings.document, wanted_components(settings), now=1_700_000_000, actor="test")
    store.close()
    assert house.run("validate").lines[1:] == []
    house.settings(SETTINGS.replace("99.9%", "99.5%"))
    following = next_month(month_of(now(), ZoneInfo("Asia/Jakarta")))
    said = f"api: objective 99.5% takes effect {following}"
    assert house.run("validate").lines[1:] == [said]
    assert house.run("validate", "--json").json["takes_effect"] == [said]
