"""`janji hubs`: who leads, on either database."""

import os
from pathlib import Path

from monitor.cli.context import now
from monitor.storage.engine import hub_lock, open_engine
from monitor.storage.leading import Elected
from monitor.storage.store import Store
from tests.cli.house import House

POSTGRES = """\
server: {{database: "{url}"}}
components: [{{id: api, checks: [{{kind: tcp, host: 127.0.0.1, port: 9}}]}}]
"""


def test_hubs_of_a_postgresql_are_listed_with_the_one_that_leads_first(tmp_path: Path, postgres_url: str) -> None:
    house = House(tmp_path)
    house.config.write_text(POSTGRES.format(url=postgres_url))
    store, _ = Store.open(postgres_url)
    assert house.run("hubs").code == 1
    at = now()
    first, second = Elected(store.engine, "first-1", "1.0"), Elected(store.engine, "second-2", "1.0")
    first.step(at, "a" * 64)
    second.step(at, "a" * 64)
    told = house.run("hubs")
    assert told.code == 0
    assert [line.split()[:2] for line in told.lines] == [["HUB", "ROLE"], ["first-1", "leads"], ["second-2", "follows"]]
    assert [item["role"] for item in house.run("hubs", "--json").json] == ["leads", "follows"]
    first.leave()
    second.leave()
    store.close()


def test_on_sqlite_the_process_is_named_that_holds_the_file(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.settings()
    house.store().close()
    none = house.run("hubs")
    assert (none.code, none.out) == (1, "No hub works on it.\n")
    engine = open_engine(f"sqlite:///{tmp_path}/janji.db")
    with hub_lock(engine):
        told = house.run("hubs")
    assert (told.code, told.out) == (0, f"One hub works on this database, process {os.getpid()}.\n")
    engine.dispose()
