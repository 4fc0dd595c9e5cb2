from typing import Any

import pytest

from monitor.core.calendar import format_instant, parse_instant
from monitor.core.exclusion import accepted_windows
from monitor.core.model import Interval
from monitor.core.notice import (
    Notice,
    NoticeAction,
    NoticeEvent,
    Preview,
    excluded,
    extend,
    latest_moment,
    notices,
    preview,
    standing,
)
from tests.core.vectors import load

VECTORS = load("timeline")["notices"]
WEEK = 604_800
START, END = 10 * WEEK, 10 * WEEK + 7200


def instant(text: str | None) -> int | None:
    return None if text is None else parse_instant(text)


def read(event: dict[str, Any]) -> NoticeEvent:
    return NoticeEvent(
        at=parse_instant(event["at"]),
        action=NoticeAction(event["action"]),
        start=instant(event.get("start")),
        end=instant(event.get("end")),
        components=tuple(event["components"]) if "components" in event else None,
    )


def write(notice: Notice) -> dict[str, Any]:
    written = {
        "start": format_instant(notice.start),
        "end": format_instant(notice.end),
        "announced_at": format_instant(notice.announced_at),
        "eligible": notice.eligible,
    }
    cut = notice.counts_until
    return written if cut is None else written | {"counts_until": format_instant(cut)}


def announce(at: int = 0, *components: str, title: str | None = None) -> NoticeEvent:
    return NoticeEvent(at, NoticeAction.ANNOUNCE, START, END, components or ("db",), title)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_events_fold_into_the_notices_of_an_example(vector: dict[str, Any]) -> None:
    found = notices([read(event) for event in vector["events"]], vector["component"])
    assert [write(notice) for notice in found] == vector["expected"]
    assert [
        {"start": format_instant(window.start), "end": format_instant(window.end)} for window in excluded(found)
    ] == vector["expected_excluded"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_notice_as_evidence_excludes_the_same_seconds(vector: dict[str, Any]) -> None:
    found = notices([read(event) for event in vector["events"]], vector["component"])
    assert accepted_windows(notice.exclusion for notice in found) == excluded(found)


def test_a_component_that_was_never_named_has_no_notices() -> None:
    assert notices([announce()], "api") == ()


def test_a_window_moved_at_both_ends_has_three_notices() -> None:
    revision = NoticeEvent(8 * WEEK, NoticeAction.REVISE, START - 60, END + 60)
    assert [(n.start, n.end, n.announced_at) for n in notices([announce(), revision], "db")] == [
        (START - 60, START, 8 * WEEK),
        (START, END, 0),
        (END, END + 60, 8 * WEEK),
    ]


def test_an_agreement_may_demand_longer_notice() -> None:
    (usual,) = notices([announce(START - WEEK)], "db")
    (longer,) = notices([announce(START - WEEK)], "db", notice=WEEK + 1)
    assert (usual.eligible, longer.eligible) == (True, False)


def test_the_last_moment_to_announce_is_seven_days_before_the_start() -> None:
    assert latest_moment(START) == START - WEEK
    assert latest_moment(START, 60) == START - WEEK


def test_a_preview_says_whether_and_by_how_much_a_notice_is_late() -> None:
    assert preview(START - WEEK, START) == Preview(True, WEEK, 0, START - WEEK)
    assert preview(START - WEEK + 90, START) == Preview(False, WEEK - 90, 90, START - WEEK)


def test_a_maintenance_stands_as_its_last_revision_left_it() -> None:
    renamed = NoticeEvent(5, NoticeAction.REVISE, title="Upgrade, part 2", components=("db", "api"))
    now = standing([announce(0, title="Upgrade"), renamed])
    assert (now.title, now.components, now.period) == ("Upgrade, part 2", ("db", "api"), Interval(START, END))
    assert (now.published_at, now.closed_at, now.cancelled) == (0, None, False)


@pytest.mark.parametrize(("at", "cancelled"), [(START, True), (START + 1, False)])
def test_a_cancellation_after_the_start_is_a_completion(at: int, cancelled: bool) -> None:
    now = standing([announce(), NoticeEvent(at, NoticeAction.CANCEL)])
    assert (now.closed_at, now.cancelled) == (at, cancelled)


def test_the_first_completion_stands() -> None:
    events = [
        announce(),
        NoticeEvent(START + 60, NoticeAction.COMPLETE),
        NoticeEvent(START + 90, NoticeAction.COMPLETE),
    ]
    assert standing(events).closed_at == START + 60
    assert excluded(notices(events, "db")) == (Interval(START, START + 60),)


@pytest.mark.parametrize(
    ("closing", "word"), [(NoticeAction.COMPLETE, "completed"), (NoticeAction.CANCEL, "cancelled")]
)
def test_what_is_closed_cannot_be_revised(closing: NoticeAction, word: str) -> None:
    closed = extend([announce()], NoticeEvent(START + 60, closing))
    with pytest.raises(ValueError, match=f"already {word}; announce a new one"):
        extend(closed, NoticeEvent(START + 90, NoticeAction.REVISE, end=END + 60))


@pytest.mark.parametrize(
    ("before", "event", "message"),
    [
        ([], NoticeEvent(0, NoticeAction.REVISE, START, END, ("db",)), "begins with its announcement"),
        ([announce()], announce(), "already announced; revise it"),
        ([], NoticeEvent(0, NoticeAction.ANNOUNCE, START, END, ()), "at least one component"),
        ([], NoticeEvent(0, NoticeAction.ANNOUNCE, START, None, ("db",)), "a start, an end"),
        ([announce()], NoticeEvent(5, NoticeAction.REVISE, end=START), "ends after it starts"),
        ([announce(9)], NoticeEvent(8, NoticeAction.COMPLETE), "go back in time: 8 comes after 9"),
    ],
)
def test_events_that_make_no_maintenance_are_refused(
    before: list[NoticeEvent], event: NoticeEvent, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        extend(before, event)


def test_a_second_announcement_in_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="announced once"):
        notices([announce(), announce(5)], "db")
