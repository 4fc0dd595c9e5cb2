"""Incidents as customers see them: what is public, in every language, with the outages that we measured."""

from pathlib import Path

import pytest

from monitor.core.incident import Action, Impact, IncidentEvent, Phase
from monitor.reader.incidents import IncidentReader, IncidentsView
from monitor.reader.page import PageReader
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UP, World, component, slots

YAML = """
page: {title: Status, languages: [en, id]}
components: [{id: api, name: Production API, checks: [{kind: http, url: "https://api.example/health"}]}]
"""
NOW = T0 + 600


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "janji.yaml").write_text(YAML)
    return load(tmp_path / "janji.yaml", secrets=lambda name: False).settings


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    """Up for a minute, down for three, and up again until T0 + 600."""
    store, _ = Store.open(f"sqlite:///{tmp_path}/janji.db")
    world = World(store)
    world.adopt(component())
    world.live(slots(UP, DOWN, DOWN, DOWN, UP, UP, UP, UP, UP, UP))
    return world


def write(world: World, action: Action, at: int, id_: str = "a2b3c4", **said: object) -> None:
    values: dict[str, object] = {"entered_at": T0 + at, "at": T0 + at, "actor": "budi", "action": action, **said}
    world.store.incidents.append((id_, IncidentEvent(**values)))  # type: ignore[arg-type]


def opened(world: World, at: int = 120, id_: str = "a2b3c4", **said: object) -> None:
    values = {"since": T0 + 60, "title": {"en": "API fails"}, "text": {"en": "We **look**."}, "severity": 2}
    write(world, Action.OPEN, at, id_, **{**values, "impacts": {"api": Impact.DOWN}, "public": True, **said})


def resolved(world: World, at: int = 300) -> None:
    text = {"en": "Over.", "id": "Selesai."}
    write(world, Action.UPDATE, at, text=text, phase=Phase.RESOLVED)


def seen(world: World, settings: Settings, now: int = NOW) -> IncidentsView:
    return IncidentReader(world.store, settings).incidents(now)


def test_an_incident_is_told_in_every_language_of_the_page_as_safe_html(world: World, settings: Settings) -> None:
    opened(world)
    resolved(world)
    (found,) = seen(world, settings).incidents
    assert (found.title, found.components) == ({"en": "API fails", "id": "API fails"}, ("Production API",))
    last, first = found.updates
    assert first.said.html == {"en": "<p>We <strong>look</strong>.</p>\n", "id": "<p>We <strong>look</strong>.</p>\n"}
    assert (last.said.text, last.phase) == ({"en": "Over.", "id": "Selesai."}, Phase.RESOLVED)
    assert (found.started, found.resolved, found.impact) == (T0 + 60, T0 + 300, Impact.DOWN)


def test_a_draft_is_nowhere(world: World, settings: Settings) -> None:
    opened(world, public=False)
    view = PageReader(world.store, settings).page(NOW)
    assert (seen(world, settings).incidents, view.incidents) == ((), ())
    assert [len(day.incidents) for day in view.days] == [0] * 14
    assert [item.down_seconds for day in view.days for item in day.outages] == [180]


def test_an_incident_is_linked_to_the_seconds_that_we_measured(world: World, settings: Settings) -> None:
    opened(world)
    (found,) = seen(world, settings).incidents
    assert [(each.component, each.start, each.end, each.down_seconds) for each in found.measured] == [
        ("Production API", T0 + 60, T0 + 240, 180)
    ]
    assert found.measured_seconds == 180


def test_an_outage_after_it_was_resolved_is_not_one_of_the_incident(world: World, settings: Settings) -> None:
    opened(world)
    resolved(world)
    reader = IncidentReader(world.store, settings)
    assert reader.incidents(NOW).incidents[0].measured_seconds == 180
    world.live(slots(DOWN, DOWN, start=600))
    assert reader.incidents(NOW + 120).incidents[0].measured_seconds == 180


def test_what_goes_on_is_measured_again_each_time(world: World, settings: Settings) -> None:
    opened(world)
    reader = IncidentReader(world.store, settings)
    assert reader.incidents(NOW).incidents[0].measured[-1].end == T0 + 240
    world.live(slots(DOWN, start=600))
    assert [each.end for each in reader.incidents(NOW + 60).incidents[0].measured] == [T0 + 240, None]


def test_the_page_tells_what_goes_on_and_a_covered_outage_once(world: World, settings: Settings) -> None:
    opened(world)
    view = PageReader(world.store, settings).page(NOW)
    assert [item.id for item in view.incidents] == ["a2b3c4"]
    resolved(world)
    view = PageReader(world.store, settings).page(NOW)
    assert view.incidents == ()
    assert [[item.id for item in day.incidents] for day in view.days if day.incidents] == [["a2b3c4"]]
    assert [item for day in view.days for item in day.outages] == []


def test_one_that_was_merged_keeps_its_permalink_and_leaves_the_page(world: World, settings: Settings) -> None:
    opened(world)
    opened(world, 180, "zzz999")
    write(world, Action.MERGE, 240, "zzz999", other="a2b3c4")
    view = seen(world, settings)
    moved = view.incident("zzz999")
    assert moved is not None
    assert (moved.moved, moved.open) == ("a2b3c4", False)
    assert view.incident("nobody") is None
    assert [item.id for item in PageReader(world.store, settings).page(NOW).incidents] == ["a2b3c4"]


def test_a_postmortem_is_shown_once_it_is_published(world: World, settings: Settings) -> None:
    opened(world)
    resolved(world)
    write(world, Action.POSTMORTEM, 360, text={"en": "## Root cause\n\nA lock."})
    assert seen(world, settings).incidents[0].postmortem is None
    write(world, Action.POSTMORTEM, 400, text={"en": "## Root cause\n\nA lock."}, public=True)
    first = seen(world, settings).incidents[0].postmortem
    assert first is not None
    assert (first.said.html["en"], first.published_at) == ("<h4>Root cause</h4>\n<p>A lock.</p>\n", T0 + 400)
    assert first.edited_at is None
    write(world, Action.POSTMORTEM, 500, text={"en": "Two locks."}, public=True)
    again = seen(world, settings).incidents[0].postmortem
    assert again is not None
    assert (again.published_at, again.edited_at) == (T0 + 400, T0 + 500)


def test_what_was_written_anew_in_a_draft_was_not_edited_for_customers(world: World, settings: Settings) -> None:
    opened(world, public=False)
    write(world, Action.EDIT, 130, number=1, text={"en": "We look into it."})
    write(world, Action.PUBLISH, 150)
    (update,) = seen(world, settings).incidents[0].updates
    assert (update.said.text["en"], update.edited_at) == ("We look into it.", None)
    write(world, Action.EDIT, 200, number=1, text={"en": "We found it."})
    (update,) = seen(world, settings).incidents[0].updates
    assert update.edited_at == T0 + 200
