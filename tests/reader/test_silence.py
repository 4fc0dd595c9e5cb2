"""Locations that do not report: counted on the page, named there only while they do."""

from pathlib import Path

from monitor.core.contact import Contact
from monitor.hub.wanted import wanted_components
from monitor.reader.page import PageReader
from monitor.settings.loader import load
from monitor.storage.store import Store

NOW = 1_800_000_000
YAML = """
locations:
  - {name: here, label: Jakarta}
  - {name: there, label: Singapore, agent: true}
  - {name: cellar, agent: true, public: false}
components: [{id: api, checks: [{kind: tcp, host: example.com, port: 1}]}]
"""


def test_a_silent_location_is_counted_and_no_longer_named_among_those_that_check(tmp_path: Path) -> None:
    (tmp_path / "janji.yaml").write_text(YAML)
    settings = load(tmp_path / "janji.yaml", secrets=lambda name: False).settings
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    store.adopt("v1", dict, wanted_components(settings), now=NOW - 600, actor="test")
    for location in ("there", "cellar"):
        store.contacts.note(Contact(location, NOW - 900, 1, "1.0"))
    reader = PageReader(store, settings)

    def told(at: int) -> tuple[int, tuple[str, ...]]:
        page = reader.page(at)
        return page.silent, page.locations

    assert told(NOW) == (0, ("Jakarta", "Singapore")), "while the hub was away nobody could be heard"
    assert told(NOW + 180) == (0, ("Jakarta", "Singapore"))
    assert told(NOW + 181) == (2, ("Jakarta",))
    store.contacts.note(Contact("there", NOW + 190, 1, "1.0"))
    assert told(NOW + 200) == (1, ("Jakarta", "Singapore"))
    store.close()
