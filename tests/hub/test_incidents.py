"""Incidents by what is measured, on a real store: opened, told, ended, each once, whatever was interrupted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.core.incident import Incident, Phase
from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.hub.incidents import Incidents
from monitor.settings.hub import Settings
from monitor.settings.loader import load
from monitor.storage.store import Store
from tests.storage.builders import DOWN, T0, UNKNOWN, UP, World, component, slots

YAML = """
components: [{{id: api, name: API, checks: [{{kind: http, url: "https://api.example/health"}}]}}]
alerts: {{channels: {{ops: ["json://127.0.0.1:9/"]}}}}
incidents: {{open: {open}, after: 3, resolve_after: 5m, notify: [ops]}}
maintenance: {{notify: [ops]}}
"""


class Room:
    """A store with one component, and the keeper of its incidents."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor) -> None:
        self.folder = folder
        self.threads = threads
        self.store, _ = Store.open(f"sqlite:///{folder}/janji.db")
        self.world = World(self.store)
        self.world.adopt(component())
        self.keep("draft")

    def keep(self, opens: str) -> None:
        """A keeper that remembers nothing, as after a restart."""
        self.keeper = Incidents(
            self.store, self.store, self._settings(opens), writer=self.threads, readers=self.threads
        )

    async def look(self, at: int) -> int:
        return await self.keeper.step(T0 + at)

    @property
    def incidents(self) -> list[Incident]:
        return list(self.store.incidents.all().values())

    def told(self) -> list[str]:
        return [row.message.title for row in reversed(self.store.outbox.all())]

    def _settings(self, opens: str) -> Settings:
        (self.folder / "janji.yaml").write_text(YAML.format(open=opens))
        return load(self.folder / "janji.yaml", secrets=lambda name: True).settings


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with ThreadPoolExecutor(1) as threads:
        found = Room(tmp_path, threads)
        yield found
        found.store.close()


async def test_an_outage_becomes_a_draft_that_its_writers_hear_of_and_that_ends_by_itself(room: Room) -> None:
    room.world.live(slots(UP, DOWN, DOWN))
    assert await room.look(180) == 0
    room.world.live(slots(DOWN, start=180))
    assert await room.look(240) == 1
    assert room.told() == ["Draft incident: Outage of API"]
    room.keep("draft")
    assert await room.look(245) == 0
    assert room.told() == ["Draft incident: Outage of API"], "a restart says nothing twice"
    room.world.live(slots(UP, UP, UP, UP, UP, start=240))
    assert await room.look(539) == 0
    assert await room.look(540) == 1
    (found,) = room.incidents
    assert (found.phase, found.resolved_at, found.public) == (Phase.RESOLVED, T0 + 240, False)
    assert room.store.outbox.public() == []
    assert [entry.actor for entry in room.store.ledger() if entry.kind == "incident"] == ["janji", "janji"]


async def test_published_at_once_subscribers_are_told_of_its_beginning_and_its_end(room: Room) -> None:
    room.keep("published")
    room.world.live(slots(DOWN, DOWN, DOWN))
    await room.look(180)
    room.world.live(slots(UP, UP, UP, UP, UP, start=180))
    await room.look(480)
    assert [row.message.title for row in room.store.outbox.public()] == [
        "Investigating: Outage of API",
        "Resolved: Outage of API",
    ]


async def test_nothing_is_opened_where_that_is_off_and_unknown_ends_nothing(room: Room) -> None:
    room.keep("never")
    room.world.live(slots(DOWN, DOWN, DOWN, DOWN))
    assert await room.look(240) == 0
    room.keep("draft")
    assert await room.look(245) == 1
    room.world.live(slots(*[UNKNOWN] * 12, start=240))
    assert await room.look(960) == 0


async def test_announced_maintenance_opens_nothing_and_its_overrun_is_told_once(room: Room) -> None:
    room.store.notices.append(
        "m-1", NoticeEvent(T0 - 60, NoticeAction.ANNOUNCE, T0, T0 + 300, ("api",), "Upgrade", ""), actor="budi"
    )
    room.store.notices.publish([1], T0 - 60)
    room.world.live(slots(DOWN, DOWN, DOWN, DOWN))
    assert await room.look(240) == 0
    room.world.live(slots(DOWN, start=240))
    assert await room.look(300) == 1
    assert room.told() == ["Draft incident: Outage of API", "Upgrade: the maintenance is not done"]
    assert await room.look(305) == 0
    assert len(room.told()) == 2
