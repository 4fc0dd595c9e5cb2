"""What is behind one component of the page: the outages of its days, and why they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.model import FailureKind
from monitor.reader.reader import Reader
from monitor.settings.loader import load
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UP, World, component, slots

YAML = "components: [{id: api, name: API, checks: [{kind: tcp, host: example.com, port: 1}]}]"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store, _ = Store.open(f"sqlite:///{tmp_path / 'janji.db'}")
    made = World(store)
    made.adopt(component())
    yield made
    store.close()


@pytest.fixture
def reader(world: World, tmp_path: Path) -> Reader:
    (tmp_path / "janji.yaml").write_text(YAML)
    settings = load(tmp_path / "janji.yaml", secrets=lambda name: False).settings
    return Reader(world.store, settings, lambda: T0 + 600)


def test_the_outages_of_a_component_are_listed_newest_first_with_their_reasons(world: World, reader: Reader) -> None:
    world.live(slots(UP, DOWN, DOWN, UP, UP, UP, UP, UP, DOWN, DOWN))
    reader.page()
    view = reader.detail("api")
    assert view is not None
    assert [(item.start - T0, item.end and item.end - T0, item.down_seconds) for item in view.outages] == [
        (480, None, 120),
        (60, 180, 120),
    ]
    assert {item.reason for item in view.outages} == {FailureKind.STATUS}
    assert [len(item.points) for item in view.responses] == [24, 168, 90]


def test_a_component_is_shown_as_the_page_had_it(world: World, reader: Reader) -> None:
    world.live(slots(UP, UP))
    page = reader.page()
    world.live(slots(DOWN, DOWN, start=120))
    view = reader.detail("api")
    assert view is not None
    assert view.component is page.components[0]
    assert view.outages == ()


def test_there_is_nothing_to_tell_of_an_unknown_component(reader: Reader) -> None:
    assert reader.detail("web") is None
