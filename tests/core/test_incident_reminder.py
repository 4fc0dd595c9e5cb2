"""What the writers of incidents are told, and when."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.incident import JANJI, Action, Impact, IncidentEvent, OutageRef, Phase
from monitor.core.incident_fold import standing
from monitor.core.incident_reminder import reminders
from monitor.core.severity import Severity, WorkingHours

T0 = 1_795_496_400  # 2026-11-24 12:00 WIB
HOURS = WorkingHours(frozenset(range(5)), time(9), time(18), ZoneInfo("Asia/Jakarta"))
HIGH = Severity(2, "High", respond=3600, resolve=86_400, update=14_400, postmortem=86_400)


def opening(**said: Any) -> IncidentEvent:
    values: dict[str, Any] = {"title": {"en": "Slow"}, "text": {"en": "x"}, "severity": 2, "public": True}
    return IncidentEvent(
        T0, said.pop("actor", "budi"), Action.OPEN, T0, **{**values, "impacts": {"api": Impact.DOWN}, **said}
    )


def told(now: int, *events: IncidentEvent, recovered: dict[str, int] | None = None) -> list[tuple[str, str]]:
    found = reminders([standing("a2b3c4", events)], [HIGH], HOURS, recovered or {}, 600, T0 + now)
    return [(each.event.removeprefix("incident:a2b3c4/"), each.message.title) for each in found]


def test_a_draft_that_an_outage_opened_says_how_to_show_it() -> None:
    draft = opening(actor=JANJI, public=False)
    assert told(5, draft) == [("opened", "Draft incident: Slow")]
    (found,) = reminders([standing("a2b3c4", [draft])], [HIGH], HOURS, {}, 600, T0 + 5)
    assert found.message.body == "Customers do not see it. Show it: janji incident publish a2b3c4"


def test_the_writer_hears_ten_minutes_before_more_is_due_and_when_it_is_late() -> None:
    due = T0 + 7200
    assert told(6599, opening(next_update=due)) == []
    soon = (f"update-soon/{due}", "Update due: Slow")
    assert told(6600, opening(next_update=due)) == [soon]
    assert told(7200, opening(next_update=due)) == [soon, (f"update-late/{due}", "Update overdue: Slow")]


def test_a_short_promise_is_warned_of_halfway() -> None:
    assert told(299, opening(next_update=T0 + 600)) == []
    assert told(300, opening(next_update=T0 + 600)) == [(f"update-soon/{T0 + 600}", "Update due: Slow")]


def test_what_nobody_answered_is_said_once_its_time_is_over() -> None:
    draft = opening(actor=JANJI, public=False)
    assert (f"respond-late/{T0 + 3600}", "No response yet: Slow") in told(3600, draft)
    answered = IncidentEvent(T0 + 60, "budi", Action.PUBLISH, T0 + 60)
    assert [event for event, _ in told(3600, draft, answered)] == ["opened"]


def test_a_postmortem_that_is_due_is_said_and_one_that_is_published_is_not() -> None:
    over = IncidentEvent(T0 + 600, "budi", Action.UPDATE, T0 + 600, text={"en": "x"}, phase=Phase.RESOLVED)
    due = T0 + 600 + 86_400
    assert told(600 + 72_000, opening(), over) == [(f"postmortem-soon/{due}", "Post-mortem due: Slow")]
    assert (f"postmortem-late/{due}", "Post-mortem overdue: Slow") in told(600 + 86_400, opening(), over)
    shown = IncidentEvent(T0 + 700, "budi", Action.POSTMORTEM, T0 + 700, text={"en": "x"}, public=True)
    assert told(600 + 86_400, opening(), over, shown) == []


def test_whoever_wrote_hears_that_it_works_again_and_an_end_is_theirs_to_say() -> None:
    linked = opening(outages=(OutageRef("api", T0),))
    assert told(899, linked, recovered={"api": T0 + 300}) == []
    assert told(900, linked, recovered={"api": T0 + 300}) == [(f"recovered/{T0 + 300}", "Works again: Slow")]


def test_what_should_have_been_said_long_ago_is_not_said_any_more() -> None:
    draft = opening(actor=JANJI, public=False)
    assert "opened" in [event for event, _ in told(6 * 3600 - 1, draft)]
    assert "opened" not in [event for event, _ in told(6 * 3600, draft)]
