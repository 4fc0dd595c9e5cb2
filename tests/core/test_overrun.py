"""Maintenance that is past its announced end: said once for each end, to those who do the work."""

from zoneinfo import ZoneInfo

from monitor.core.notice import NoticeAction, NoticeEvent
from monitor.core.overrun import overruns

START, END = 1_795_496_400, 1_795_503_600  # 2026-11-24 12:00 to 14:00 WIB
WIB = ZoneInfo("Asia/Jakarta")
ANNOUNCED = NoticeEvent(START - 86_400, NoticeAction.ANNOUNCE, START, END, ("db", "api"), "Upgrade", "")


def told(now: int, *more: NoticeEvent, impaired: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    found = overruns({"m-1": [ANNOUNCED, *more]}, impaired or {}, now, WIB)
    return [(each.event, each.message.type, each.message.title) for each in found]


def test_at_the_announced_end_it_is_said_what_is_not_up() -> None:
    assert told(END - 1) == []
    key = f"maintenance:m-1/overrun/{END}"
    assert told(END) == [(key, "info", "Upgrade: the maintenance has ended, and nobody completed it")]
    assert told(END, impaired={"db": "Database"}) == [(key, "warning", "Upgrade: the maintenance is not done")]
    (found,) = overruns({"m-1": [ANNOUNCED]}, {"db": "Database", "web": "Web"}, END, WIB)
    assert found.message.body == (
        "Announced until 2026-11-24 14:00 WIB; downtime counts from then on. Not up: Database.\n"
        "Done: janji maintenance complete m-1\n"
        "More time, which counts: janji maintenance extend m-1 --by 30m"
    )


def test_what_was_completed_in_time_or_is_long_over_is_not_said() -> None:
    assert told(END, NoticeEvent(END - 60, NoticeAction.COMPLETE)) == []
    assert told(END + 6 * 3600) == []


def test_an_end_that_was_moved_is_said_when_it_comes() -> None:
    later = NoticeEvent(END - 600, NoticeAction.REVISE, end=END + 1800)
    assert told(END, later) == []
    assert [event for event, _, _ in told(END + 1800, later)] == [f"maintenance:m-1/overrun/{END + 1800}"]
