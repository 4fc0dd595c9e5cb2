"""Incidents at the command line: each step once, what is due next, and what customers are told."""

import re
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import incident, incident_edit, incident_look
from monitor.core.token import hash_token
from tests.cli.house import SETTINGS, Done, House

NOON = 1_795_496_400  # Tue 24 Nov 2026 12:00 WIB
WHOLE = """\
## Timeline
- 12:00 it began
## Root cause
A lock.
## Contributing factors
No limit.
## Preventive actions
- Move reports to the replica (owner: Budi, due: 2026-12-05)
"""


class Room(House):
    """A house with a clock of its own."""

    now = NOON

    def incident(self, *words: str, **more: Any) -> Done:
        return self.run("incident", *words, **more)

    def open(self, *more: str) -> str:
        done = self.incident("open", "--component", "api=degraded", "--title", "Slow", "-m", "Up to 8 s.", *more)
        assert done.code == 0, done.err
        return done.lines[-1].partition(":")[0]

    def public(self) -> list[tuple[str, str, str]]:
        store = self.store()
        rows = [(row.event, row.message.type, row.message.title) for row in store.outbox.public()]
        store.close()
        return [(re.sub(r":\w+/", ":ID/", event), type_, title) for event, type_, title in rows]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    found = Room(tmp_path)
    found.settings()
    for module in (incident, incident_edit, incident_look):
        monkeypatch.setattr(module, "now", lambda: found.now)
    monkeypatch.setattr("monitor.cli.incident_desk.now", lambda: found.now)
    return found


def test_an_incident_is_worked_from_its_opening_to_its_postmortem(room: Room, tmp_path: Path) -> None:
    done = room.incident("open", "--template", "slow", "--component", "api", "--severity", "high")
    id_ = done.lines[-1].partition(":")[0]
    assert done.lines == [f"{id_}: investigating; next update: due Tue 24 Nov 2026 16:00 WIB"]
    room.now += 600
    done = room.incident("update", id_, "--phase", "identified", "-m", "A query.", "--next-update", "30m")
    assert done.lines == [f"{id_}: identified; next update: due Tue 24 Nov 2026 12:40 WIB"]
    room.now += 600
    done = room.incident("resolve", id_)
    assert done.lines == [f"{id_}: resolved; post-mortem: due Wed 25 Nov 2026 12:20 WIB"]
    begun = room.incident("postmortem", id_)
    assert "- 2026-11-24 12:10:00 WIB: identified: A query.\n" in begun.out
    (tmp_path / "half.md").write_text(begun.out)
    half = room.incident("postmortem", id_, "--file", str(tmp_path / "half.md"))
    assert (half.code, half.lines[0]) == (0, "Missing: en: the section Root cause is empty")
    assert room.incident("postmortem", id_, "--publish").code == 1
    (tmp_path / "whole.md").write_text(WHOLE)
    assert room.incident("postmortem", id_, "--file", str(tmp_path / "whole.md"), "--publish").code == 0
    assert room.incident("list").lines == ["No incident is open."]
    assert room.incident("show", id_).lines == [
        f"Slow responses from Api ({id_}): resolved",
        "  Tue 24 Nov 2026 12:00 WIB to Tue 24 Nov 2026 12:20 WIB, severity High (rank 2)",
        "  api: none now; degraded from Tue 24 Nov 2026 12:00 WIB",
        "  respond: done Tue 24 Nov 2026 12:00 WIB, due Tue 24 Nov 2026 13:00 WIB",
        "  resolve: done Tue 24 Nov 2026 12:20 WIB, due Wed 25 Nov 2026 12:00 WIB",
        "  post-mortem: done Tue 24 Nov 2026 12:20 WIB, due Wed 25 Nov 2026 12:20 WIB",
        *(line for line in room.incident("show", id_).lines if " #" in line),
        f"  post-mortem: published Tue 24 Nov 2026 12:20 WIB, written by {_me()}",
        "    Move reports to the replica: Budi, by 2026-12-05",
    ]
    assert room.public() == [
        ("incident:ID/published", "warning", "Investigating: Slow responses from Api"),
        ("incident:ID/update/2", "warning", "Identified: Slow responses from Api"),
        ("incident:ID/update/3", "success", "Resolved: Slow responses from Api"),
        ("incident:ID/postmortem/5", "info", "Post-mortem: Slow responses from Api"),
    ]


def test_a_draft_tells_nobody_until_it_is_published(room: Room) -> None:
    id_ = room.open("--draft")
    assert room.incident("list").lines[1].split()[1:3] == ["draft,", "investigating"]
    assert room.public() == []
    assert room.incident("publish", id_).code == 0
    assert room.public() == [("incident:ID/published", "warning", "Investigating: Slow")]


def test_an_edit_keeps_what_stood_before_and_tells_nobody_unless_asked(room: Room) -> None:
    id_ = room.open()
    assert room.incident("edit", id_, "--update", "1", "-m", "Up to 9 s.").code == 0
    assert room.incident("edit", id_, "--title", "Slow pages", "--title-in", "id", "Lambat").code == 0
    assert [event for event, _, _ in room.public()] == ["incident:ID/published"]
    shown = room.incident("show", id_, "--json").json
    assert (shown["title"], shown["updates"][0]["text"], shown["updates"][0]["earlier"]) == (
        {"en": "Slow pages", "id": "Lambat"},
        {"en": "Up to 9 s."},
        [{"en": "Up to 8 s."}],
    )
    assert room.incident("edit", id_, "--update", "1", "-m", "Up to 10 s.", "--notify").code == 0
    assert [event for event, _, _ in room.public()] == ["incident:ID/published", "incident:ID/edit/4"]
    assert "edit of update 1 by" in room.incident("show", id_, "--history").out


def test_a_past_incident_is_filled_in_and_tells_nobody(room: Room) -> None:
    past = ("--template", "outage", "--component", "api", "--since", "2026-11-20 09:12")
    done = room.incident("open", *past, "--resolved", "2026-11-20 10:20", "--json")
    assert done.code == 0, done.err
    assert (done.json["started"], done.json["resolved_at"]) == ("2026-11-20T02:12:00Z", "2026-11-20T03:20:00Z")
    assert done.json["title"] == {"en": "Outage of Api", "id": "Gangguan pada Api"}
    assert [update["at"] for update in done.json["updates"]] == ["2026-11-20T02:12:00Z", "2026-11-20T03:20:00Z"]
    assert room.public() == []


def test_one_incident_goes_into_another_and_keeps_its_address(room: Room) -> None:
    kept, gone = room.open(), None
    room.now += 60
    gone = room.incident("open", "--template", "outage", "--component", "database", "--json").json["id"]
    done = room.incident("merge", gone, kept)
    assert (done.code, done.lines[0].split(";")[0]) == (0, f"{kept}: investigating")
    assert room.incident("show", kept, "--json").json["impacts"] == {"api": "degraded", "database": "down"}
    assert room.incident("show", gone, "--json").json["merged_into"] == kept
    again = room.incident("update", gone, "-m", "More.")
    assert (again.code, again.err) == (1, f"Error: incident {gone} was merged into {kept}; write there\n")


def test_what_is_not_there_is_said_with_what_comes_near(room: Room) -> None:
    room.open()
    for words, sentence in {
        ("open", "--component", "apy", "--title", "x", "-m", "x"): "there is no component apy; did you mean api?",
        ("open", "--component", "api=dwn", "--title", "x", "-m", "x"): "there is no impact dwn; did you mean down?",
        ("open", "--component", "api", "--template", "slo"): "there is no template slo; did you mean slow?",
        ("open", "--component", "api", "--template", "slow", "--severity", "hih"): "there is no severity hih",
        ("open", "--template", "slow", "--title-in", "fr", "x"): "there is no language fr",
        ("open", "--template", "slow", "--resolved", "2026-11-20 10:20"): "a past incident needs its beginning",
        ("show", "nobody"): "there is no incident nobody",
        ("edit", "nobody", "-m", "x"): "a text belongs to an update",
    }.items():
        done = room.incident(*words)
        assert (done.code, sentence in done.err) == (2, True), done.err


def test_an_opening_without_words_is_refused_with_what_is_missing(room: Room) -> None:
    done = room.incident("open", "--component", "api")
    assert (done.code, "opens with a title in English" in done.err) == (1, True)


def test_who_writes_needs_the_scope_and_is_entered_in_the_ledger(room: Room) -> None:
    store = room.store()
    store.tokens.create("budi", ("incident",), hash_token("b"), now=NOON, actor="test")
    store.tokens.create("sari", ("read",), hash_token("s"), now=NOON, actor="test")
    store.close()
    words = ("open", "--template", "slow", "--component", "api")
    assert room.incident(*words, env={"JANJI_TOKEN": "s"}).code == 1
    assert room.incident(*words, env={"JANJI_TOKEN": "b"}).code == 0
    store = room.store()
    assert [entry.actor for entry in store.ledger() if entry.kind == "incident"] == ["budi"]
    store.close()


def test_templates_of_the_settings_stand_beside_and_in_place_of_those_that_are_built_in(room: Room) -> None:
    room.settings(
        SETTINGS
        + "incidents:\n  templates:\n"
        + '    - {{id: slow, title: "Slow", text: {{en: "Ours.", id: "Kami."}}}}\n'
        + '    - {{id: sync, title: "Sync of {{components}}", text: "Late."}}\n'
    )
    listed = {item["id"]: item for item in room.incident("templates", "--json").json}
    assert listed["slow"]["text"] == {"en": "Ours.", "id": "Kami."}
    assert {"outage", "sync", "resolved"} <= set(listed)
    shown = room.incident("open", "--template", "sync", "--component", "api", "--json").json
    assert shown["title"] == {"en": "Sync of Api"}


def _me() -> str:
    import getpass

    return f"{getpass.getuser()} (unproven)"
