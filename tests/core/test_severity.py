"""The clocks of an incident: around the clock, or in working hours of a zone."""

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from monitor.core.calendar import parse_instant
from monitor.core.incident import JANJI, Action, Impact, IncidentEvent, Phase
from monitor.core.incident_fold import standing
from monitor.core.severity import (
    Clock,
    ClockKind,
    Severity,
    WorkingHours,
    clocks,
    due_at,
    severity_of,
    usual_rank,
    waiting,
)

OFFICE = WorkingHours(frozenset(range(5)), time(9), time(18), ZoneInfo("Asia/Jakarta"))
HOUR = 3600
HIGH = Severity(2, "High", respond=HOUR, resolve=24 * HOUR, update=4 * HOUR, postmortem=24 * HOUR)
RANKS = (Severity(1, "Critical"), HIGH, Severity(3, "Medium"), Severity(4, "Low"))


def wib(text: str) -> int:
    return parse_instant(f"{text}:00+07:00")


@pytest.mark.parametrize(
    ("start", "length", "due"),
    [
        ("2026-11-23T10:00", 4 * HOUR, "2026-11-23T14:00"),  # a Monday
        ("2026-11-23T16:00", 4 * HOUR, "2026-11-24T11:00"),
        ("2026-11-23T16:00", 2 * HOUR, "2026-11-23T18:00"),
        ("2026-11-27T17:00", 4 * HOUR, "2026-11-30T12:00"),  # over a weekend
        ("2026-11-28T11:00", HOUR, "2026-11-30T10:00"),  # on a Saturday
        ("2026-11-23T03:00", HOUR, "2026-11-23T10:00"),
        ("2026-11-23T20:00", HOUR, "2026-11-24T10:00"),
    ],
)
def test_in_working_hours_only_they_count(start: str, length: int, due: str) -> None:
    assert due_at(wib(start), length, OFFICE) == wib(due)


def test_around_the_clock_every_second_counts() -> None:
    assert due_at(wib("2026-11-27T17:00"), 4 * HOUR, None) == wib("2026-11-27T21:00")


def test_hours_that_hold_no_time_are_refused() -> None:
    with pytest.raises(ValueError, match="hold no time"):
        due_at(0, HOUR, replace(OFFICE, days=frozenset()))


def test_the_clocks_of_an_incident_run_from_its_beginning_and_say_what_is_done() -> None:
    opened = IncidentEvent(
        5000, "budi", Action.OPEN, 5000, since=1000, title={"en": "x"}, text={"en": "x"}, severity=2, public=True,
        impacts={"api": Impact.DOWN}, next_update=9000,
    )  # fmt: skip
    found = clocks(standing("a2b3c4", [opened]), HIGH, OFFICE)
    assert found == [
        Clock(ClockKind.RESPOND, 4600, 5000),
        Clock(ClockKind.UPDATE, 9000, None),
        Clock(ClockKind.RESOLVE, 87_400, None),
    ]
    assert [clock.is_late(9001) for clock in found] == [True, True, False]
    resolved = IncidentEvent(7000, "budi", Action.UPDATE, 7000, text={"en": "x"}, phase=Phase.RESOLVED)
    assert clocks(standing("a2b3c4", [opened, resolved]), HIGH, OFFICE) == [
        Clock(ClockKind.RESPOND, 4600, 5000),
        Clock(ClockKind.RESOLVE, 87_400, 7000),
        Clock(ClockKind.POSTMORTEM, 93_400, None),
    ]


def test_a_draft_and_one_that_was_merged_away_owe_no_postmortem() -> None:
    opened = IncidentEvent(10, "budi", Action.OPEN, 10, title={"en": "x"}, text={"en": "x"}, severity=2)
    over = IncidentEvent(20, "budi", Action.UPDATE, 20, text={"en": "x"}, phase=Phase.RESOLVED)
    kinds = [clock.kind for clock in clocks(standing("a2b3c4", [opened, over]), HIGH, OFFICE)]
    assert kinds == [ClockKind.RESPOND, ClockKind.RESOLVE]
    merged = IncidentEvent(30, "budi", Action.MERGE, 30, other="zzz999")
    assert clocks(standing("a2b3c4", [opened, merged]), HIGH, OFFICE) == []


def test_what_nobody_judged_is_as_grave_as_it_shows() -> None:
    assert usual_rank(RANKS, [Impact.DEGRADED, Impact.DOWN]) == 2
    assert usual_rank(RANKS, [Impact.DEGRADED]) == 3
    assert usual_rank(RANKS, []) == 4
    assert usual_rank(RANKS[:1], []) == 1


def test_a_rank_that_the_settings_no_longer_hold_promises_nothing() -> None:
    assert severity_of(RANKS, 9) == Severity(9, "rank 9")


def test_an_incident_that_was_over_before_it_was_filled_in_owes_no_postmortem() -> None:
    opened = IncidentEvent(9000, "budi", Action.OPEN, 10, title={"en": "x"}, text={"en": "x"}, severity=2, public=True)
    over = IncidentEvent(9000, "budi", Action.UPDATE, 20, text={"en": "x"}, phase=Phase.RESOLVED)
    assert [clock.kind for clock in clocks(standing("a2b3c4", [opened, over]), HIGH, OFFICE)] == [
        ClockKind.RESPOND,
        ClockKind.RESOLVE,
    ]


def test_what_is_over_is_neither_answered_nor_resolved_any_more() -> None:
    opened = IncidentEvent(10, JANJI, Action.OPEN, 10, title={"en": "x"}, text={"en": "x"}, severity=2)
    assert [clock.kind for clock in waiting(standing("a2b3c4", [opened]), HIGH, OFFICE)] == [
        ClockKind.RESPOND,
        ClockKind.RESOLVE,
    ]
    over = IncidentEvent(20, JANJI, Action.UPDATE, 20, text={"en": "x"}, phase=Phase.RESOLVED)
    assert waiting(standing("a2b3c4", [opened, over]), HIGH, OFFICE) == []
    shown = replace(opened, public=True)
    assert [clock.kind for clock in waiting(standing("a2b3c4", [shown, over]), HIGH, OFFICE)] == [ClockKind.POSTMORTEM]
