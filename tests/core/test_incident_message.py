"""What subscribers are told of an incident: once for each thing that was said, nothing of what is only tidied up."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.core.incident import Action, Impact, IncidentEvent, Phase
from monitor.core.incident_fold import standing
from monitor.core.incident_message import key_of, message
from monitor.core.incident_template import join, templates

T0 = 1_795_496_400  # 2026-11-24 12:00 WIB
WIB = ZoneInfo("Asia/Jakarta")


def event(action: Action, after: int, **said: Any) -> IncidentEvent:
    values: dict[str, Any] = {"entered_at": T0 + after, "at": T0 + after, "actor": "budi", **said}
    return IncidentEvent(action=action, **values)


def opening(**said: Any) -> IncidentEvent:
    values: dict[str, Any] = {"title": {"en": "Slow"}, "text": {"en": "Up to 8 s."}, "severity": 2, "public": True}
    return event(Action.OPEN, 0, **{**values, "impacts": {"api": Impact.DOWN, "web": Impact.DEGRADED}, **said})


def key(*events: IncidentEvent, again: bool = False) -> str | None:
    return key_of(standing("a2b3c4", events), again=again)


UPDATE = event(Action.UPDATE, 60, text={"en": "More."}, phase=Phase.IDENTIFIED, next_update=T0 + 1800)
EDIT = event(Action.EDIT, 90, number=1, text={"en": "Up to 9 s."})
OVER = event(Action.UPDATE, 600, text={"en": "Over."}, phase=Phase.RESOLVED)
WHY = event(Action.POSTMORTEM, 700, text={"en": "Why."})


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([opening()], "incident:a2b3c4/published"),
        ([opening(public=False)], None),
        ([opening(public=False), UPDATE], None),
        ([opening(public=False), event(Action.PUBLISH, 60)], "incident:a2b3c4/published"),
        ([opening(), UPDATE], "incident:a2b3c4/update/2"),
        ([opening(), UPDATE, EDIT], None),
        ([opening(), event(Action.LINK, 60, impacts={"db": Impact.DOWN})], None),
        ([opening(), event(Action.MERGE, 60, other="zzz999")], None),
        ([opening(at=T0 - 3601, since=T0 - 7200)], None),
        ([opening(), OVER, WHY], None),
        ([opening(), OVER, replace(WHY, public=True)], "incident:a2b3c4/postmortem/3"),
    ],
)  # fmt: skip
def test_each_thing_that_customers_hear_has_a_key_of_its_own(events: list[IncidentEvent], found: str | None) -> None:
    assert key(*events) == found


def test_an_edit_tells_again_when_it_is_asked_to() -> None:
    assert key(opening(), UPDATE, EDIT, again=True) == "incident:a2b3c4/edit/3"
    told = message(standing("a2b3c4", [opening(), UPDATE, EDIT]), {}, WIB, "")
    assert (told.title, told.body) == (
        "Investigating: Slow",
        "Up to 9 s.\n\nNext update by 2026-11-24 12:30 WIB.",
    )


def test_a_message_says_the_phase_what_is_affected_and_by_when_more_comes() -> None:
    found = message(standing("a2b3c4", [opening(), UPDATE]), {"api": "Production API", "web": "Web"}, WIB, "https://s")
    assert (found.type, found.title) == ("failure", "Identified: Slow")
    assert found.body == (
        "More.\n\nAffected: Production API and Web.\n\nNext update by 2026-11-24 12:30 WIB.\n\nhttps://s"
    )
    over = message(standing("a2b3c4", [opening(), OVER]), {}, WIB, "")
    assert (over.type, over.title, over.body) == ("success", "Resolved: Slow", "Over.")


def test_every_template_speaks_both_languages_with_the_names_in_place() -> None:
    for template in templates(()).values():
        filled = template.filled(["API", "Web", "Database"])
        assert set(filled.text) == {"en", "id"}
        assert set(filled.title) in ({"en", "id"}, set())
        assert "{" not in "".join([*filled.text.values(), *filled.title.values()])
    assert templates(())["outage"].filled(["API", "Web"]).title == {
        "en": "Outage of API and Web",
        "id": "Gangguan pada API dan Web",
    }
    assert join([], "en") == ""
