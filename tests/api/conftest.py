"""The API on the written-down months of `tests.reports.world`, with people who hold tokens.

`acme` excludes third-party failures too here, so that there is something to request, and has a fee with credits.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from monitor.api.app import create_api
from monitor.api.work import Work
from monitor.core.token import hash_token
from monitor.settings.hub import Settings
from monitor.storage.store import Store
from tests.api.asking import Caller
from tests.reports.world import NOW, YAML, build, settings_of

LISTED = YAML.replace(
    "notice: 14d,",
    "notice: 14d, excludes: [maintenance, third_party], fee: 1000.00 USD, credit: {per: 5%, below: 99.5%, cap: 25%},",
)
PEOPLE = {
    "reader": ("read",),
    "ana": ("read", "request"),
    "ben": ("request", "approve"),
    "cho": ("approve",),
    "dewi": ("maintenance",),
    "dan": ("close",),
    "eko": ("alert",),
    "eka": ("incident",),
}


@dataclass
class House:
    """The API, what it works on, and a clock that stands still."""

    file: Path
    settings: Settings
    store: Store
    caller: Caller = field(init=False)
    now: int = NOW
    ticks: int = 0

    def publish(self, at: int) -> int:
        """As the hub does once the page shows them."""
        return self.store.notices.publish([record.no for record in self.store.notices.all()], at)

    def actors(self, kind: str) -> list[tuple[str, str]]:
        """Who did what: the entries of the ledger whose kind begins so."""
        return [(entry.kind, entry.actor) for entry in self.store.ledger() if entry.kind.startswith(kind)]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("api"), LISTED).parent / "janji.db"


@pytest.fixture
def house(written: Path, tmp_path: Path) -> Iterator[House]:
    shutil.copy(written, tmp_path / "janji.db")
    file = tmp_path / "janji.yaml"
    file.write_text(LISTED.replace("DATABASE", str(tmp_path / "janji.db")))
    settings = settings_of(file)
    store, _ = Store.open(settings.server.database)
    reading = Store.open_read_only(settings.server.database)
    tokens = {name: f"janji_{name}_{'x' * 20}" for name in PEOPLE}
    for name, scopes in PEOPLE.items():
        store.tokens.create(name, scopes, hash_token(tokens[name]), now=NOW, actor="test")
    found = House(file, settings, store)
    with ThreadPoolExecutor(2, "reader") as readers, ThreadPoolExecutor(1, "writer") as writer:
        work = Work(
            reading, store, lambda: found.settings, lambda: found.now, readers, writer, lambda: found.now * 1000
        )
        found.caller = Caller(create_api(work, lambda: found.ticks), tokens)
        yield found
    reading.close()
    store.close()


@pytest.fixture
def api(house: House) -> Caller:
    return house.caller
