"""Maintenance as the page shows it."""

from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.reader.maintenance import events, views
from monitor.storage.notices import NoticeRecord

NAMES = {"db": "Database"}
ANNOUNCED = NoticeEvent(1000, NoticeAction.ANNOUNCE, 800_000, 807_200, ("db",), "Upgrade", "")


def record(no: int, event: NoticeEvent, *, published: bool = True) -> NoticeRecord:
    return NoticeRecord(no, "m-1", event, published, "ops")


def test_an_announcement_that_waits_is_on_the_page_as_of_now() -> None:
    found = events([record(1, ANNOUNCED, published=False)], 5000)
    assert views(found, NAMES, 5000)[0].published_at == 5000


def test_what_was_cancelled_before_anybody_saw_it_is_not_shown() -> None:
    cancelled = NoticeEvent(2000, NoticeAction.CANCEL)
    assert events([record(1, ANNOUNCED, published=False), record(2, cancelled)], 5000) == {}


def test_a_revision_that_waited_when_the_work_was_completed_changes_nothing() -> None:
    late = NoticeEvent(801_000, NoticeAction.REVISE, end=900_000)
    done = NoticeEvent(802_000, NoticeAction.COMPLETE)
    found = events([record(1, ANNOUNCED), record(2, late, published=False), record(3, done)], 803_000)
    view = views(found, NAMES, 803_000)[0]
    assert (view.end, view.ended_at, view.running) == (807_200, 802_000, False)


def test_late_notice_is_told_from_notice_in_time() -> None:
    late = NoticeEvent(300_000, NoticeAction.ANNOUNCE, 800_000, 807_200, ("db",), "Upgrade", "")
    in_time, too_late = (views(events([record(1, event)], 400_000), NAMES, 400_000)[0] for event in (ANNOUNCED, late))
    assert (in_time.excluded, in_time.days_ahead) == (True, 9)
    assert (too_late.excluded, too_late.days_ahead) == (False, 5)


def test_every_change_is_told_with_the_period_as_it_stood_from_then_on() -> None:
    moved = NoticeEvent(2000, NoticeAction.REVISE, 810_000, 817_200)
    cancelled = NoticeEvent(3000, NoticeAction.CANCEL)
    found = events([record(1, ANNOUNCED), record(2, moved), record(3, cancelled)], 5000)
    assert views(found, NAMES, 5000) == []
    (view,) = views(found, NAMES, 5000, cancelled=True)
    assert view.cancelled
    assert (view.sequence, view.changed_at) == (2, 3000)
    assert [(item.at, item.action, item.start) for item in view.notices] == [
        (1000, NoticeAction.ANNOUNCE, 800_000),
        (2000, NoticeAction.REVISE, 810_000),
        (3000, NoticeAction.CANCEL, 810_000),
    ]
