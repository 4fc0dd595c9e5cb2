"""`janji publish` as it is called."""

from pathlib import Path

from monitor.storage.store import Store
from tests.cli.house import House


def begun(folder: Path) -> House:
    """A house with a database in which nothing has happened."""
    house = House(folder)
    house.settings()
    Store.open(f"sqlite:///{folder / 'janji.db'}")[0].close()
    return house


def test_the_site_is_written_once_as_files(tmp_path: Path) -> None:
    house = begun(tmp_path)
    told = house.run("publish", str(tmp_path / "site"), "--json")
    assert (told.code, told.json["directory"]) == (0, str(tmp_path / "site"))
    assert told.json["changed"] > 20
    assert "This is a copy, made at" in (tmp_path / "site/index.html").read_text()


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    house = begun(tmp_path)
    (tmp_path / "site").write_text("a file")
    told = house.run("publish", str(tmp_path / "site"))
    assert told.code != 0
