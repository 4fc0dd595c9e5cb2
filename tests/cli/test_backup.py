"""`janji backup`, `restore` and `move` as they are called."""

from pathlib import Path

import pytest

from monitor.storage.engine import hub_lock, open_engine
from tests.cli.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    found = House(tmp_path)
    found.settings()
    assert (
        found.run(
            "maintenance",
            "announce",
            "--component",
            "api",
            "--title",
            "Disks",
            "--start",
            "2099-01-01 10:00",
            "--for",
            "1h",
        ).code
        == 0
    )
    return found


def test_a_backup_is_restored_and_tells_the_same(house: House) -> None:
    file = house.folder / "backup.db"
    told = house.run("backup", str(file), "--json")
    assert told.code == 0
    before = house.run("maintenance", "list", "--json").json
    (house.folder / "janji.db").rename(house.folder / "aside.db")
    for left in house.folder.glob("janji.db-*"):
        left.unlink()
    restored = house.run("restore", str(file), "--json")
    assert (restored.code, restored.json) == (0, told.json)
    assert house.run("maintenance", "list", "--json").json == before
    assert house.run("verify").code == 0


def test_a_restore_over_a_database_is_refused_in_one_line(house: House) -> None:
    house.run("backup", str(house.folder / "backup.db"))
    told = house.run("restore", str(house.folder / "backup.db"))
    assert told.code == 3
    assert told.err.count("\n") == 1
    assert "is not empty" in told.err


def test_no_restore_while_a_hub_works_on_the_database(house: House) -> None:
    house.run("backup", str(house.folder / "backup.db"))
    engine = open_engine(f"sqlite:///{house.folder}/janji.db")
    with hub_lock(engine):
        told = house.run("restore", str(house.folder / "backup.db"))
    engine.dispose()
    assert told.code == 3
    assert "another hub works on this database" in told.err


def test_moving_copies_everything_and_keeps_the_old_one(house: House) -> None:
    old, new = f"sqlite:///{house.folder}/janji.db", f"sqlite:///{house.folder}/new.db"
    told = house.run("move", old, "${NEW_DATABASE}", env={"NEW_DATABASE": new})
    assert told.code == 0, told.err
    assert told.out.startswith("The new database holds")
    assert (house.folder / "janji.db").exists()
    house.config.write_text(house.config.read_text().replace("/janji.db", "/new.db"))
    assert house.run("maintenance", "list", "--json").json[0]["title"] == "Disks"


def test_a_reference_that_is_not_set_is_named(house: House) -> None:
    told = house.run("move", "sqlite:///var/janji.db", "${NOWHERE}")
    assert told.code == 1
    assert "NOWHERE is not set" in told.err
